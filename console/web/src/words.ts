/** What the API's names read as on the desk. */
const channels: Record<string, string> = {
  webchat: 'Web chat',
  directline: 'Web chat',
  sms: 'Text message',
  email: 'E-mail',
  msteams: 'Teams',
};
const languages: Record<string, string> = {
  en: 'English',
  es: 'Spanish',
  zh: 'Chinese',
  vi: 'Vietnamese',
  tl: 'Tagalog',
};
const reasons: Record<string, string> = {
  asked: 'Asked for a person',
  notUnderstood: 'Not understood three times',
  notVerified: 'Could not be verified',
  notPossible: 'The bot cannot do it',
  failed: 'The bot ran into a fault',
  emergency: 'Emergency',
  transfer: 'Handed on by a colleague',
  callBack: 'A call-back was promised',
  gas: 'Smells gas',
  flood: 'Flooding',
  no_water: 'No water',
  contamination: 'Contaminated water',
  illness: 'Illness from the water',
  electric: 'Water near electricity',
  threat: 'Threat',
  self_harm: 'Speaks of self-harm',
};
const statuses: Record<string, string> = {
  waitingForProof: 'Waits for proof',
  open: 'Open',
  dispatched: 'Sent to the crew',
  enRoute: 'Crew on the way',
  done: 'Done',
  cannot: 'Could not be done',
  cancelled: 'Taken back',
  refused: 'Refused',
  closed: 'Closed',
};
const holders = { bot: 'With the bot', waiting: 'Waiting', csr: 'With a CSR', resolved: 'Resolved' };

export const channelName = (id: string): string => channels[id] ?? id;
export const languageName = (id: string): string => languages[id.slice(0, 2)] ?? id;
export const reasonName = (id: string): string => reasons[id] ?? (sentence(id) || 'Needs a person');
export const statusName = (id: string): string => statuses[id] ?? sentence(id);
export const holderName = (id: keyof typeof holders): string => holders[id];

/** "lastDay" and "stop_service" as words. */
export function sentence(name: string): string {
  const words = name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/[_-]+/g, ' ')
    .trim();
  return (
    words.charAt(0).toUpperCase() + (/[a-z][A-Z]/.test(name) ? words.slice(1).toLowerCase() : words.slice(1))
  );
}
