import type { payments as en } from './payments.en.ts';

const next: Record<string, string> = {
  again: 'Compruebe que haya fondos; es posible que lo presentemos otra vez a su banco.',
  newDetails: 'Pague con otra cuenta bancaria o con tarjeta.',
  stop: 'No volveremos a cobrar de esa cuenta, y el pago automático queda desactivado.',
  askBank: 'Pregunte a su banco el motivo, o pague de otra forma.',
  cardOnly:
    'Como varios pagos bancarios fueron devueltos, pague con tarjeta o en efectivo. El pago automático está desactivado.',
};

export const payments: typeof en = {
  paymentReceived: ({ amount, receiptNumber, balance }) =>
    `Gracias. Recibimos su pago de ${amount}. Recibo ${receiptNumber}.${balance ? ` ${balance}` : ''}`,
  paymentReceivedUnposted: ({ amount, receiptNumber }) =>
    `Gracias. Recibimos su pago de ${amount}. Recibo ${receiptNumber}. Pronto aparecerá en la cuenta.`,
  paymentDrawn: ({ amount, receiptNumber }) =>
    `Su factura se pagó automáticamente: ${amount} de su cuenta bancaria. Recibo ${receiptNumber}.`,
  paymentPending: ({ amount, receiptNumber, days }) =>
    `Su transferencia de ${amount} está en camino. Suele tardar ${days} días; le avisaremos cuando llegue. Número ${receiptNumber}.`,
  paymentDeclined: ({ amount }) =>
    `El pago de ${amount} fue rechazado y no se cobró nada. Puede intentarlo de nuevo con el mismo enlace.`,
  paymentFailed: ({ amount }) =>
    `La transferencia de ${amount} no se realizó y no se pagó nada. Por favor pague de otra forma.`,
  paymentReturned: ({ amount, receiptNumber, fee, next: what }) =>
    `Su banco devolvió el pago de ${amount} (recibo ${receiptNumber}), así que ya no cuenta como pagado.${fee ? ` Se añadió a la cuenta un cargo por pago devuelto de ${fee}.` : ''} ${next[what] ?? ''}`.trim(),
  paymentReinstated: ({ amount, receiptNumber }) =>
    `Su pago de ${amount} (recibo ${receiptNumber}) finalmente nos llegó y cuenta de nuevo como pagado.`,
  paymentRefunded: ({ amount, receiptNumber }) =>
    `Devolvimos ${amount} de su pago (recibo ${receiptNumber}).`,
  balanceOwed: ({ amount }) => `La cuenta debe ahora ${amount}.`,
  balanceNone: 'La cuenta no debe nada ahora.',
  balanceCredit: ({ amount }) =>
    `La cuenta tiene ahora un saldo a favor de ${amount}, que reduce la próxima factura.`,
  autopayOn:
    'El pago automático está activado. Cobramos cada factura de su cuenta bancaria antes de su vencimiento.',
  autopayFailed:
    'No se pudo inscribir su cuenta bancaria, así que el pago automático no está activado. Puede intentarlo de nuevo.',
  autopayNotDrawn: ({ amount }) =>
    `No pudimos cobrar su factura automáticamente y no se pagó nada. Quedan ${amount} por pagar. Pague de otra forma o active de nuevo el pago automático.`,
  planMissed: ({ amount, dueOn, planNumber }) =>
    `${amount} de su plan de pagos ${planNumber} vencía el ${dueOn} y no ha llegado. Páguelo pronto para conservar el plan.`,
  planBroken: ({ amount, planNumber }) =>
    `Su plan de pagos ${planNumber} terminó porque no se cumplió. ${amount} están vencidos. Páguelos o hable con nosotros.`,
  planKept: ({ planNumber }) => `Su plan de pagos ${planNumber} está completo. Gracias.`,
  paymentSubject: 'Su pago',
  autopaySubject: 'Pago automático',
  planSubject: 'Su plan de pagos',
};
