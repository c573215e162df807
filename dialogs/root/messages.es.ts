import type { en } from './messages.en.ts';

const first: Record<string, (phone: string) => string> = {
  gas: (phone) =>
    `Si huele a gas: salga del edificio ahora, no toque ningún interruptor y llame desde afuera al 911 o a su compañía de gas. Línea de emergencias: ${phone}, de día y de noche.`,
  electric: (phone) =>
    `Aléjese del agua y de todo lo eléctrico. Si alguien está en peligro, llame al 911 ahora. Línea de emergencias: ${phone}, de día y de noche.`,
  flood: (phone) =>
    `Aléjese del agua en movimiento y de los hoyos en la calle. Si alguien está en peligro, llame al 911. Nuestro equipo de emergencias: ${phone}, de día y de noche.`,
  no_water: (phone) =>
    `Estoy avisando a nuestro equipo de emergencias. También puede llamar de día y de noche al ${phone}. Si alguien necesita agua por razones médicas, dígalo ahora.`,
  contamination: (phone) =>
    `Por favor no beba ni cocine con el agua hasta que la revisemos. Línea de emergencias: ${phone}, de día y de noche.`,
  illness: (phone) =>
    `Por favor no beba el agua hasta que la revisemos. Si alguien se siente muy mal, llame al 911 o a un médico ahora. Línea de emergencias: ${phone}.`,
  threat: (phone) =>
    `Si alguien está en peligro, llame al 911 ahora. Línea de emergencias: ${phone}, de día y de noche.`,
  self_harm: () =>
    'Gracias por decírmelo. Por favor llame o envíe un mensaje al 988 ahora: hay alguien de día y de noche. Si está en peligro, llame al 911.',
};

export const es: typeof en = {
  greeting: ({ district }) =>
    `¡Hola! Soy el asistente automático de ${district}, no una persona. Le puedo decir cuánto debe y cortar su servicio de agua, o traer a una persona. Este chat se guarda como registro. ¿En qué le puedo ayudar?`,
  hello: '¡Hola! ¿En qué le puedo ayudar?',
  menuBill: '¿Cuánto debo?',
  menuStop: 'Cancelar mi servicio',
  menuPerson: 'Hablar con una persona',
  help: 'Le puedo decir cuánto debe y para cuándo, o cortar su servicio de agua. Para lo demás traigo a una persona. ¿Qué desea?',
  thanks: 'Con mucho gusto. ¿Algo más?',
  gotFile: 'Tengo su archivo. Una persona puede verlo; yo solo leo palabras. ¿De qué se trata?',
  gotFileInForm:
    'Tengo su archivo, y una persona puede verlo. Yo solo leo palabras, así que escriba por favor su respuesta.',
  misunderstood:
    'Perdón, no entendí. Puede decir "cuánto debo", "cancelar mi servicio" o "hablar con una persona".',
  misunderstoodAgain: 'Sigo sin entender. Pruebe con pocas palabras sencillas, o elija una de estas.',
  notYet: 'Eso todavía no lo puedo hacer yo, así que traigo a una persona que sí puede.',
  sensitive:
    'Por su seguridad quité de su mensaje un número de tarjeta, de Seguro Social o una contraseña. Por favor nunca los envíe aquí.',
  danger: ({ danger, emergencyPhone }) =>
    first[danger]?.(emergencyPhone) ?? `Línea de emergencias: ${emergencyPhone}.`,
  dangerPerson: 'Lo puse al frente de la fila para hablar con una persona.',
  nothingOpen: 'De acuerdo. ¿En qué más le puedo ayudar?',
  offerAccepted: 'Bien.',
  offerDeclined: 'De acuerdo. ¿Qué desea hacer?',
  personOpen: ({ place }) =>
    `Estoy trayendo a una persona. ${place > 0 ? `Hay ${place === 1 ? '1 cliente' : `${place} clientes`} antes que usted.` : 'Usted es el siguiente.'} Verá todo lo que escribimos, así que no tiene que repetirlo. Escriba "no importa" para seguir conmigo.`,
  personClosed: ({ office, emergencyPhone }) =>
    `Nuestra oficina está cerrada ahora. Una persona leerá esto cuando abramos (${office}) y le contestará aquí. Para una emergencia llame al ${emergencyPhone}, de día y de noche.`,
  waiting: ({ place }) =>
    place > 0
      ? `Gracias, lo agregué. Hay ${place === 1 ? '1 cliente' : `${place} clientes`} antes que usted.`
      : 'Gracias, lo agregué. Usted es el siguiente.',
  backWithBot: 'De acuerdo, está otra vez conmigo, el asistente automático. ¿En qué le puedo ayudar?',
  blocked: ({ phone, emergencyPhone }) =>
    `Lo siento, por ahora no contestamos mensajes desde aquí. Por favor llámenos al ${phone}. En una emergencia llame al ${emergencyPhone}, de día y de noche.`,
  failed:
    'Algo falló de nuestro lado y su último mensaje quedó sin atender. Puede intentarlo otra vez o hablar con una persona.',
  failedActed:
    'Algo falló de nuestro lado mientras trabajaba en eso. Una persona lo revisará y le dirá qué se hizo.',
  yes: 'Sí',
  no: 'No',
};
