/** The lines a customer reads when the conversation changes hands. They belong to no holder. */
const lines = {
  en: {
    joined: '{csr} from {district} has joined the chat.',
    handedOn: '{csr} from {district} will go on with you. Everything you told us goes along.',
    backInLine: 'We are passing you to a colleague who can help. Everything you told us goes along.',
    backToBot:
      'Our automated assistant will go on with you. Write "a person" at any time to come back to us.',
    closed: 'This conversation is now closed. Write again at any time and we will be glad to help.',
  },
  es: {
    joined: '{csr}, de {district}, se ha unido al chat.',
    handedOn: '{csr}, de {district}, seguirá con usted. Todo lo que nos contó se queda en la conversación.',
    backInLine:
      'Le pasamos con un colega que puede ayudarle. Todo lo que nos contó se queda en la conversación.',
    backToBot:
      'Nuestro asistente automático seguirá con usted. Escriba "una persona" en cualquier momento para volver con nosotros.',
    closed: 'Esta conversación queda cerrada. Escriba cuando quiera y con gusto le ayudaremos.',
  },
};

export type DeskLine = keyof (typeof lines)['en'];

/** A line in the customer's language, or in English where there is no other. */
export function deskLine(
  language: string,
  line: DeskLine,
  values: { csr: string; district: string },
): string {
  const spoken = lines[language.slice(0, 2) as keyof typeof lines] ?? lines.en;
  return spoken[line].replaceAll(/\{(csr|district)\}/g, (_, name: 'csr' | 'district') => values[name]);
}
