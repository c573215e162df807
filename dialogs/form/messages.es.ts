import { type en, exampleOf } from './messages.en.ts';

export const es: typeof en = {
  askAccountNumber: '¿Cuál es su número de cuenta? Son los 8 dígitos en la parte de arriba de su factura.',
  exampleAccountNumber:
    'Ese no es un número de cuenta como los nuestros. Tiene 8 dígitos, por ejemplo 12345674.',
  askZip: '¿Cuál es el código postal de la dirección del servicio?',
  exampleZip: ({ zip }) => `El código postal tiene 5 dígitos, por ejemplo ${zip}. ¿Cuál es el suyo?`,
  askProofBy: 'Para proteger su cuenta necesito una prueba de que es usted. ¿Cómo prefiere hacerlo?',
  byText: 'Un código por mensaje de texto',
  byEmail: 'Un código por correo electrónico',
  byPin: 'Usar mi PIN',
  askCode: ({ digits, minutes }) =>
    `Si esos datos corresponden a una cuenta, un código de ${digits} dígitos va en camino al contacto que tenemos registrado. Sirve por ${minutes} minutos. ¿Cuál es el código?`,
  exampleCode: ({ digits }) =>
    `Necesito los ${digits} dígitos del código, por ejemplo ${exampleOf(digits)}. Escriba "otra vez" para recibir uno nuevo.`,
  resent: 'Con gusto.',
  askPin: '¿Cuál es el PIN de 4 dígitos de la cuenta?',
  examplePin: 'El PIN tiene 4 dígitos. ¿Cuál es el suyo?',
  notMatched: ({ triesLeft }) =>
    `Esos datos no coinciden con nuestros registros. Le ${triesLeft === 1 ? 'queda 1 intento' : `quedan ${triesLeft} intentos`}. Si el número de cuenta estaba mal, escriba el correcto.`,
  expired: 'Ese código ya no sirve.',
  tooManyCodes: 'Ya envié todos los códigos que puedo por ahora. Puede usar su PIN o hablar con una persona.',
  needsPhotoId: 'Para eso, una persona tiene que ver su identificación con foto.',
  locked: 'No pude confirmar que es usted, así que debo parar aquí para proteger la cuenta.',
  confirmChoices: '¿Está bien?',
  yes: 'Sí',
  no: 'No',
  askWhatToChange: 'De acuerdo, no se cambió nada. ¿Qué debe ser diferente?',
  again: 'Perdón, no entendí eso.',
  offerPerson: 'Sigo sin entender. ¿Quiere hablar con una persona?',
  dropped: 'De acuerdo. No se cambió nada. ¿En qué más le puedo ayudar?',
};
