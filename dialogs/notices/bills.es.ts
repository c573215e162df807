import type { bills as en } from './bills.en.ts';
import { dayText, moneyText } from './figures.ts';

export const bills: typeof en = {
  billReady: ({ district, account, amount, dueOn, drawnOn }) =>
    `${district}: ya está su nueva factura de la cuenta ${account}. Debe ${moneyText(amount, 'es')}. ${
      drawnOn
        ? `Se paga de su cuenta bancaria el ${dayText(drawnOn, 'es')}; no tiene que hacer nada.`
        : `Vence el ${dayText(dueOn, 'es')}.`
    }`,
  billReadySubject: ({ district }) => `Su nueva factura – ${district}`,
  billNothingDue: ({ district, account }) =>
    `${district}: ya está su nueva factura de la cuenta ${account}. No hay nada que pagar.`,
  billNothingDueSubject: ({ district }) => `Su nueva factura – ${district}`,
  billPastDue: ({ district, account, amount, dueOn, fee, payBy }) =>
    `${district}: su factura de la cuenta ${account} venció el ${dayText(dueOn, 'es')} y siguen pendientes ${moneyText(amount, 'es')}.${
      fee ? ` Si paga a más tardar el ${dayText(payBy, 'es')}, no hay recargo (${moneyText(fee, 'es')}).` : ''
    } Si ya pagó, gracias. Si necesita más tiempo, hable con nosotros.`,
  billPastDueSubject: ({ district }) => `Su factura está vencida – ${district}`,
};
