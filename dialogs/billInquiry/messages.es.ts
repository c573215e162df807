import type { LineWords, SpokenLine } from './lines.ts';
import type { BillWords, en } from './messages.en.ts';

const forDays = (days: number | null) => (days === null ? '' : ` (${days} días)`);

const lineWords: LineWords = {
  serviceCharge: ({ unit, quantity, rate, amount, partDays }) =>
    unit === 'day'
      ? `Cargo de servicio por su medidor: ${quantity} días a $${rate} = ${amount}`
      : `Cargo de servicio por su medidor${forDays(partDays)}: ${amount}`,
  waterUsed: ({ quantity, rate, amount, partDays }) =>
    `Agua que usó${forDays(partDays)}: ${quantity} unidades a $${rate} = ${amount}`,
  waterTier: ({ tier, quantity, rate, amount, partDays }) =>
    `Agua que usó, nivel ${tier}${forDays(partDays)}: ${quantity} unidades a $${rate} = ${amount}`,
  droughtSurcharge: ({ percent, amount, partDays }) =>
    `Recargo por sequía, ${percent}% del agua${forDays(partDays)}: ${amount}`,
  excessUse: ({ quantity, rate, amount }) =>
    `Uso por encima del límite por sequía: ${quantity} unidades a $${rate} = ${amount}`,
  estimateTrueUp: ({ quantity, rate, amount }) =>
    `Corrección de una lectura estimada anterior: ${quantity} unidades a $${rate} = ${amount}`,
  droughtTrueUp: ({ amount }) => `Corrección del recargo por sequía de esa lectura estimada: ${amount}`,
  assistance: ({ amount }) => `Crédito del programa de asistencia: ${amount}`,
};
/** A billing system elsewhere may have lines that we have no words for: those go by their name. */
const line = (spoken: SpokenLine) =>
  `- ${lineWords[spoken.label]?.(spoken) ?? `${spoken.label}: ${spoken.amount}`}`;

const madeOf = (bill: BillWords) =>
  [
    ...(bill.asOf ? [`Estas cifras son al ${bill.asOf}. Lo que llegó después no está incluido.`] : []),
    `La factura de ${bill.total} va del ${bill.periodStart} al ${bill.periodEnd} (${bill.days} días):`,
    ...bill.lines.map(line),
    `Una unidad son ${bill.gallonsPerUnit} galones.`,
    ...(bill.warnedUnits === undefined
      ? []
      : [
          `Usó ${bill.warnedUnits} unidades más que el límite por sequía. Esto es un aviso y no cuesta nada; la próxima vez se cobra.`,
        ]),
    ...(bill.estimated ? ['La lectura del medidor fue estimada. La próxima lectura la corrige.'] : []),
    ...(bill.lastYearUnits === undefined
      ? []
      : [`En el mismo período del año pasado usó ${bill.lastYearUnits} unidades.`]),
  ].join('\n');

const coming = ({ onTheWay }: BillWords) =>
  onTheWay ? ` Un pago de ${onTheWay} está en camino y todavía no está descontado.` : '';

export const es: typeof en = {
  due: (bill) =>
    `Usted debe ${bill.balance}. La fecha límite es el ${bill.dueOn}.${bill.autopayOn ? ` El pago automático se cobrará el ${bill.autopayOn}.` : ''}${coming(bill)}\n\n${madeOf(bill)}`,
  overdue: (bill) =>
    `Usted debe ${bill.balance}. La fecha límite fue el ${bill.dueOn}.${coming(bill)} Si le es difícil pagar todo ahora, una persona puede hablar con usted sobre más tiempo.\n\n${madeOf(bill)}`,
  paid: (bill) => `No debe nada: su saldo es $0.00. Gracias.\n\n${madeOf(bill)}`,
  credit: (bill) => `No debe nada. Tiene un crédito de ${bill.balance}.\n\n${madeOf(bill)}`,
  closedCredit: (bill) =>
    `Esta cuenta está cerrada y tiene un crédito de ${bill.balance} que le debemos.\n\n${madeOf(bill)}`,
  noBill: 'Todavía no hay ninguna factura en esta cuenta.',
  noAccount: 'No puedo ver esa cuenta en este momento.',
};
