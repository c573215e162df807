/** What the ledger holds of a payment goes by this request, and by others that begin with it. */
export const postRequest = (paymentId: string) => `pay:${paymentId}`;
