/** What a customer can mean, by the names under which Azure CLU carries them. */
export const intents = [
  'StartService',
  'StopService',
  'TransferService',
  'ModifyAccount',
  'BillInquiry',
  'HighBill',
  'MakePayment',
  'PaymentArrangement',
  'AutopayPaperless',
  'ReturnedPayment',
  'ComplaintBilling',
  'WaterQuality',
  'LowPressure',
  'LeakEmergency',
  'NoWater',
  'MeterIssue',
  'ConductComplaint',
  'WaterWasteReport',
  'OutageStatus',
  'CaseStatus',
  'TalkToHuman',
  'Cancel',
  'Help',
  'Greeting',
  'ThanksBye',
  'FaqHoursLocation',
  'AssistanceProgram',
  'None',
] as const;
export type Intent = (typeof intents)[number];

/** A danger that comes before whatever else the customer says. */
export type Danger =
  | 'gas'
  | 'flood'
  | 'no_water'
  | 'contamination'
  | 'illness'
  | 'electric'
  | 'threat'
  | 'self_harm';

export type Recognised = {
  /** The best intent; None only where nothing was good enough. */
  intent: Intent;
  /** 0 to 1. */
  score: number;
  /** At most three, best first. */
  ranked: { intent: Intent; score: number }[];
  /** Whether to act on it, to ask "did you mean", or to say that it was not understood. */
  action: 'act' | 'ask' | 'reject';
  safety: Danger | null;
  /** ISO 639-1 code of the text, or of the conversation where the text is too short to tell. */
  language: string;
};

/** Turns one message into what was meant. `language` is the conversation's so far. Never throws for bad text. */
export type Recogniser = { recognise(text: string, language: string): Promise<Recognised> };
