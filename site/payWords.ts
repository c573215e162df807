/** The words of the payment page, in the languages of the site. */
const en = {
  title: 'Pay a water bill',
  titleAutopay: 'Automatic payment',
  account: 'Account',
  owed: 'Amount owed',
  credit: 'Credit on the account',
  onTheWay: 'Already on its way',
  amount: 'How much would you like to pay?',
  amountHelp: 'In dollars, such as 45.50. From {least} to {most}.',
  how: 'What should happen?',
  more: 'Other ways in which a bank returns it',
  sandbox: 'This is a sandbox: no money moves, and no card or bank number is asked for.',
  pay: 'Pay',
  continue: 'Continue to secure payment',
  continueHelp: 'You enter your card or bank details on the next page, at our payment processor.',
  enrol: 'Turn on automatic payment',
  enrolHelp: 'Each bill is then drawn from your bank account before it is due. You can stop it at any time.',
  cardOnly: 'Payments from a bank account have come back several times, so we can only take a card here.',
  declinedBefore: 'The last try was declined and nothing was charged. You can try again.',
  'outcome.approved': 'Card: approved',
  'outcome.declined': 'Card: declined',
  'outcome.pending': 'Bank transfer: pending, then settled',
  'outcome.bankDeclined': 'Bank transfer: pending, then refused',
  'outcome.returned': 'Bank transfer: taken, later returned {code}',
  'outcome.enrolApproved': 'Bank account: enrolled',
  'outcome.enrolDeclined': 'Bank account: refused',
  'outcome.enrolReturned': 'Bank account: enrolled, draws later returned {code}',
  received: 'Thank you. We received your payment.',
  receivedHelp: 'Please keep the receipt number.',
  pending: 'Thank you. Your bank transfer is on its way.',
  pendingHelp: 'Your bank confirms it within a few days. We will tell you when it has arrived.',
  returned: 'This payment was returned by the bank.',
  returnedHelp: 'It no longer counts as paid. Please ask for a new link, or call us.',
  waiting: 'We are waiting for the payment processor.',
  waitingHelp: 'This page looks again by itself. You may also close it: we will tell you what came of it.',
  receipt: 'Receipt number',
  paid: 'Amount',
  autopayOn: 'Automatic payment is on.',
  autopayOnHelp: 'You need to do nothing more. You may close this page.',
  expired: 'This link has expired.',
  expiredHelp:
    'Links work for a short time, to keep you safe. Please ask for a new one in the chat, or call us.',
  unknown: 'This link does not work.',
  unknownHelp: 'Please check that you have all of it, ask for a new one in the chat, or call us.',
  unavailable: 'We cannot show this page just now.',
  unavailableHelp:
    'Please try again in a few minutes. A payment that you have made already is not made twice.',
  tooManyTries: 'This link was tried too often.',
  tooManyTriesHelp: 'Nothing was charged. Please ask for a new link in the chat, or call us.',
  badAmount: 'Please enter an amount in dollars, such as 45.50.',
  tooLittle: 'The least you can pay here is {least}.',
  tooMuch: 'The most you can pay here at once is {most}.',
  badOutcome: 'Please choose what should happen.',
  onlyCards: 'For this account we can only take a card here.',
  enrolmentFailed: 'Your bank account could not be enrolled. You can try again.',
  processorDown:
    'The payment processor does not answer. Nothing was charged. Please try again in a few minutes.',
  crossSite: 'This page was opened in a way we do not allow. Nothing was charged.',
  help: 'Questions? Call',
  safe: 'We never ask for a card or bank number in chat, text or e-mail.',
  other: 'Español',
};

export type PayWords = typeof en;

const es: PayWords = {
  title: 'Pagar una factura de agua',
  titleAutopay: 'Pago automático',
  account: 'Cuenta',
  owed: 'Saldo pendiente',
  credit: 'Saldo a favor',
  onTheWay: 'Ya en camino',
  amount: '¿Cuánto desea pagar?',
  amountHelp: 'En dólares, por ejemplo 45.50. De {least} a {most}.',
  how: '¿Qué debe pasar?',
  more: 'Otros motivos de devolución del banco',
  sandbox: 'Esto es un entorno de prueba: no se mueve dinero y no se pide número de tarjeta ni de banco.',
  pay: 'Pagar',
  continue: 'Seguir al pago seguro',
  continueHelp:
    'Los datos de su tarjeta o banco los escribe en la página siguiente, de nuestro procesador de pagos.',
  enrol: 'Activar el pago automático',
  enrolHelp:
    'Cada factura se cobra de su cuenta bancaria antes de su vencimiento. Puede cancelarlo en cualquier momento.',
  cardOnly: 'Varios pagos desde una cuenta bancaria fueron devueltos, por eso aquí solo aceptamos tarjeta.',
  declinedBefore: 'El último intento fue rechazado y no se cobró nada. Puede intentarlo de nuevo.',
  'outcome.approved': 'Tarjeta: aprobada',
  'outcome.declined': 'Tarjeta: rechazada',
  'outcome.pending': 'Transferencia bancaria: pendiente y luego acreditada',
  'outcome.bankDeclined': 'Transferencia bancaria: pendiente y luego rechazada',
  'outcome.returned': 'Transferencia bancaria: aceptada y luego devuelta {code}',
  'outcome.enrolApproved': 'Cuenta bancaria: inscrita',
  'outcome.enrolDeclined': 'Cuenta bancaria: no aceptada',
  'outcome.enrolReturned': 'Cuenta bancaria: inscrita, los cobros se devuelven {code}',
  received: 'Gracias. Recibimos su pago.',
  receivedHelp: 'Por favor guarde el número de recibo.',
  pending: 'Gracias. Su transferencia está en camino.',
  pendingHelp: 'Su banco la confirma en unos días. Le avisaremos cuando llegue.',
  returned: 'El banco devolvió este pago.',
  returnedHelp: 'Ya no cuenta como pagado. Pida un enlace nuevo o llámenos.',
  waiting: 'Esperamos la respuesta del procesador de pagos.',
  waitingHelp: 'Esta página se actualiza sola. También puede cerrarla: le avisaremos del resultado.',
  receipt: 'Número de recibo',
  paid: 'Importe',
  autopayOn: 'El pago automático está activado.',
  autopayOnHelp: 'No tiene que hacer nada más. Puede cerrar esta página.',
  expired: 'Este enlace ha vencido.',
  expiredHelp: 'Los enlaces sirven por poco tiempo, para su seguridad. Pida uno nuevo en el chat o llámenos.',
  unknown: 'Este enlace no funciona.',
  unknownHelp: 'Compruebe que lo tiene completo, pida uno nuevo en el chat o llámenos.',
  unavailable: 'No podemos mostrar esta página en este momento.',
  unavailableHelp: 'Inténtelo de nuevo en unos minutos. Un pago que ya hizo no se hace dos veces.',
  tooManyTries: 'Este enlace se intentó demasiadas veces.',
  tooManyTriesHelp: 'No se cobró nada. Pida un enlace nuevo en el chat o llámenos.',
  badAmount: 'Escriba un importe en dólares, por ejemplo 45.50.',
  tooLittle: 'Lo mínimo que puede pagar aquí es {least}.',
  tooMuch: 'Lo máximo que puede pagar aquí de una vez es {most}.',
  badOutcome: 'Elija qué debe pasar.',
  onlyCards: 'Para esta cuenta aquí solo aceptamos tarjeta.',
  enrolmentFailed: 'No se pudo inscribir su cuenta bancaria. Puede intentarlo de nuevo.',
  processorDown: 'El procesador de pagos no responde. No se cobró nada. Inténtelo de nuevo en unos minutos.',
  crossSite: 'Esta página se abrió de una forma que no permitimos. No se cobró nada.',
  help: '¿Preguntas? Llame al',
  safe: 'Nunca pedimos un número de tarjeta o de banco por chat, mensaje o correo.',
  other: 'English',
};

export const payWords = (language: string): PayWords => (language === 'es' ? es : en);

/** The first of the site's languages that a browser asks for; English where it asks for none of them. */
export function languageOf(accepts: string | undefined): 'en' | 'es' {
  const wanted = (accepts ?? '')
    .split(',')
    .map((part) => {
      const [tag = '', ...rest] = part.trim().toLowerCase().split(';');
      const quality = rest.map((one) => /^\s*q=([\d.]+)$/.exec(one)?.[1]).find(Boolean);
      return { language: tag.slice(0, 2), quality: Number(quality ?? 1) };
    })
    .filter(({ language, quality }) => (language === 'en' || language === 'es') && quality > 0)
    .sort((left, right) => right.quality - left.quality)[0];
  return wanted?.language === 'es' ? 'es' : 'en';
}
