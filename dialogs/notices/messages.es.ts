import { bills } from './bills.es.ts';
import type { en } from './messages.en.ts';

const names: Record<string, string> = {
  phone: 'el número de teléfono',
  email: 'el correo electrónico',
  mailingAddress: 'la dirección postal',
  customerName: 'el nombre',
  language: 'el idioma',
};
const list = (changed: string) =>
  changed
    .split(',')
    .map((name) => names[name] ?? 'algo')
    .join(' y ');

export const es: typeof en = {
  verificationCode: ({ code, district, minutes }) =>
    `${district}: su código es ${code}. Sirve por ${minutes} minutos. Nunca lo pedimos por teléfono. Si usted no lo pidió, no tiene que hacer nada.`,
  verificationCodeSubject: ({ district }) => `Su código de ${district}`,
  accountLocked: ({ district, minutes }) =>
    `${district}: alguien intentó entrar en su cuenta y no pudo. Queda bloqueada por ${minutes} minutos. Si fue usted, inténtelo después. Si no, llámenos; no tiene que hacer nada más.`,
  accountLockedSubject: ({ district }) => `${district}: su cuenta está bloqueada por un rato`,
  contactChanged: ({ district, account, changed }) =>
    `${district}: se cambió ${list(changed)} de la cuenta ${account}. Si usted no lo pidió, llámenos de inmediato.`,
  contactChangedSubject: ({ district }) => `${district}: hubo un cambio en su cuenta`,
  contactAdded: ({ district, account }) =>
    `${district}: desde ahora le escribimos aquí sobre la cuenta ${account}. Si no es suya, llámenos.`,
  contactAddedSubject: ({ district }) => `${district}: le podemos escribir aquí`,
  pinChanged: ({ district, account }) =>
    `${district}: se cambió el PIN de la cuenta ${account}. Si usted no lo pidió, llámenos de inmediato.`,
  pinChangedSubject: ({ district }) => `${district}: se cambió su PIN`,
  outcome: ({ district, text }) => `${district}: ${text}`,
  outcomeSubject: ({ district, subject }) => `${subject} – ${district}`,
  page: ({ district, n, what, where, about, minutes, publicUrl, token }) =>
    `${district} EMERGENCIA ${n}: ${what}${where ? `, ${where}` : ''}. ${about}. Confirme en ${minutes} minutos: ${publicUrl}/page/${token}`,
  pageSubject: ({ n, what }) => `EMERGENCIA ${n}: ${what}`,
  caseFixed: ({ district, caseNumber, phone }) =>
    `${district}: cerramos su caso ${caseNumber}. ¿Quedó resuelto? Si no, llame al ${phone} o escríbanos en el chat con el número del caso, y lo abrimos de nuevo.`,
  caseFixedSubject: ({ caseNumber }) => `¿Quedó resuelto? Su caso ${caseNumber}`,
  incidentState: ({ district, caseNumber, state, phone, es }) =>
    `${district}, sobre su reporte ${caseNumber}: ${es || (state === 'closed' ? 'esto ya terminó. Gracias por avisarnos.' : 'estamos trabajando en ello.')} Preguntas: ${phone}.`,
  incidentStateSubject: ({ caseNumber }) => `Sobre su reporte ${caseNumber}`,
  ...bills,
};
