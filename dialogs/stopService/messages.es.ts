import type { en } from './messages.en.ts';

export const es: typeof en = {
  askLastDay: '¿Qué día debemos cortar el agua?',
  exampleLastDay:
    'Necesito un día, por ejemplo "3 de diciembre" o "el próximo viernes". ¿Cuál es su último día?',
  tooSoon: ({ earliest }) =>
    `Es demasiado pronto para nuestro equipo. El primer día posible es el ${earliest}. ¿Qué día prefiere?`,
  notBusinessDay: ({ earliest }) =>
    `Ese día no cortamos el agua. El primer día después de ese es el ${earliest}. ¿Qué día prefiere?`,
  past: ({ earliest }) => `Ese día ya pasó. El primer día posible es el ${earliest}. ¿Qué día prefiere?`,
  tooFar: ({ earliest }) =>
    `No puedo reservar con tanta anticipación. El primer día posible es el ${earliest}. ¿Qué día prefiere?`,
  askForwarding: '¿A dónde enviamos la última factura? Escriba la dirección completa en una línea.',
  exampleForwarding: 'Necesito calle y número y la ciudad, por ejemplo "9 Elm St, Reno, NV 89501".',
  summary: ({ lastDay, forwardingAddress }) =>
    `Cortamos el agua el ${lastDay} y enviamos la última factura a ${forwardingAddress}. ¿Está bien?`,
  booked: ({ orderNumber, lastDay, finalBillDays }) =>
    `Listo. Su servicio de agua termina el ${lastDay}. Número de confirmación ${orderNumber}. La última factura llega en los ${finalBillDays} días siguientes.`,
  pending: ({ orderNumber, lastDay }) =>
    `Pedí que su servicio de agua termine el ${lastDay}. Todavía no está confirmado; le avisamos aquí en cuanto lo esté. Su número es ${orderNumber}.`,
  notBooked: 'No pude hacer la reserva. No se cambió nada.',
};
