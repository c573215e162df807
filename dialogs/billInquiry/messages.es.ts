import type { BillWords, en } from './messages.en.ts';

const line = ({ label, quantity, rate, amount }: BillWords['lines'][number]) =>
  label === 'serviceCharge'
    ? `- Cargo de servicio por su medidor: ${amount}`
    : `- Agua que usó: ${quantity} unidades a $${rate} = ${amount}`;

const madeOf = ({ total, periodStart, periodEnd, days, lines, lastYearUnits, estimated }: BillWords) =>
  [
    `La factura de ${total} va del ${periodStart} al ${periodEnd} (${days} días):`,
    ...lines.map(line),
    'Una unidad son 748 galones.',
    ...(estimated ? ['La lectura del medidor fue estimada. La próxima lectura la corrige.'] : []),
    ...(lastYearUnits === undefined
      ? []
      : [`En el mismo período del año pasado usó ${lastYearUnits} unidades.`]),
  ].join('\n');

export const es: typeof en = {
  due: (bill) =>
    `Usted debe ${bill.balance}. La fecha límite es el ${bill.dueOn}.${bill.autopayOn ? ` El pago automático se cobrará el ${bill.autopayOn}.` : ''}\n\n${madeOf(bill)}`,
  overdue: (bill) =>
    `Usted debe ${bill.balance}. La fecha límite fue el ${bill.dueOn}. Si le es difícil pagar todo ahora, una persona puede hablar con usted sobre más tiempo.\n\n${madeOf(bill)}`,
  paid: (bill) => `No debe nada: su saldo es $0.00. Gracias.\n\n${madeOf(bill)}`,
  credit: (bill) => `No debe nada. Tiene un crédito de ${bill.balance}.\n\n${madeOf(bill)}`,
  closedCredit: (bill) =>
    `Esta cuenta está cerrada y tiene un crédito de ${bill.balance} que le debemos.\n\n${madeOf(bill)}`,
  noBill: 'Todavía no hay ninguna factura en esta cuenta.',
  noAccount: 'No puedo ver esa cuenta en este momento.',
};
