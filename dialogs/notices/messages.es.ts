import type { en } from './messages.en.ts';

export const es: typeof en = {
  verificationCode: ({ code, district, minutes }) =>
    `${district}: su código es ${code}. Sirve por ${minutes} minutos. Nunca lo pedimos por teléfono. Si usted no lo pidió, no tiene que hacer nada.`,
  verificationCodeSubject: ({ district }) => `Su código de ${district}`,
};
