/** An account number as it is shown to somebody who may know it already: ••••3414. */
export const maskAccount = (accountNumber: string): string => `••••${accountNumber.slice(-4)}`;

/** A phone number by its last two digits: enough to know it again, too little to call it. */
export const maskPhone = (phone: string): string => `•••-•••-••${phone.slice(-2)}`;

/** j•••@d…: the first letters alone, whatever the lengths. */
export function maskEmail(email: string): string {
  const [name = '', domain = ''] = email.split('@');
  return `${name.slice(0, 1)}•••@${domain.slice(0, 1)}…`;
}

/** A name by its first letters. */
export const maskName = (name: string): string =>
  name
    .split(/\s+/)
    .filter(Boolean)
    .map((word) => `${word.slice(0, 1)}•••`)
    .join(' ');

/** An address by its first digit or letter; where it is stays hidden. */
export const maskAddress = (address: string): string => `${address.trim().slice(0, 1)}•••`;
