import type { en } from './messages.en.ts';

const things: Record<string, string> = {
  payment: 'su pago',
  serviceOrder: 'su solicitud de servicio',
  contacts: 'el cambio de sus datos de contacto',
  enrolment: 'el cambio del pago automático o de la factura electrónica',
  plan: 'su acuerdo de pago',
};
const thing = (kind: string) => things[kind] ?? 'lo que usted pidió';

export const es: typeof en = {
  confirmed: ({ kind }) => `Buenas noticias: ya está confirmado ${thing(kind)}. No tiene que hacer nada más.`,
  refused: ({ kind }) =>
    `No pudimos completar ${thing(kind)}. No se hizo. Escríbanos aquí o pida hablar con una persona, y le ayudamos.`,
};
