/** The Console API, as this page reads it. */
export type Priority = 'emergency' | 'high' | 'normal';
export type Holder = 'bot' | 'waiting' | 'csr' | 'resolved';

export type Csr = {
  id: string;
  email: string;
  name: string;
  publicName: string;
  role: string;
  skills: string[];
  languages: string[];
  presence: 'available' | 'away' | 'offline';
};
export type About = { district: string; timeZone: string; dispositions: string[]; skills: string[] };
export type Session = { csr: Csr; csrfToken: string; about: About };

export type QueueItem = {
  conversationId: string;
  channel: string;
  reason: string;
  priority: Priority;
  waitingSince: string;
  skills: string[];
  language: string;
  customer: { name: string | null; verified: string | null };
  task: string | null;
};

/** An emergency that nobody has taken; `csrId` is who had the customer when it rose, null in line. */
export type Alarm = {
  conversationId: string;
  epoch: number;
  rung: number;
  reason: string;
  customer: string | null;
  csrId: string | null;
};

export type Conversation = {
  conversationId: string;
  version: number;
  epoch: number;
  channel: string;
  language: string;
  holder: Holder;
  assignee: { name: string; email: string } | null;
  mine: boolean;
  handoff: { reason: string; priority: Priority; skills: string[]; waitingSince: string } | null;
  disposition: string | null;
  customer: { name: string | null; verified: string | null };
  createdAt: string;
};

export type Entry = {
  id: string;
  seq: number;
  at: string;
  from: 'customer' | 'bot' | 'csr' | 'system';
  author: string | null;
  kind: 'message' | 'note' | 'event';
  visible: boolean;
  text: string;
  event: string | null;
  /** To whom, or for which skill, it was handed on. */
  to: string | null;
  attachments: { name: string; contentType: string; url: string | null }[];
};

export type TaskField = {
  value: unknown;
  source: 'customer' | 'csr' | 'records';
  verified?: boolean;
  failed?: number;
};
export type Task = {
  kind: string;
  version: number;
  fields: Record<string, TaskField>;
  open: string | null;
  completable: boolean;
  known: string[];
};
export type Customer = {
  name: string | null;
  channel: string;
  language: string;
  proof: { accountNumber: string; level: string; at: string; until: string } | null;
  lapsed: boolean;
};
export type Reading = {
  conversation: Conversation;
  transcript: Entry[];
  task: Task | null;
  customer: Customer;
};

export type CrewItem = {
  orderNumber: string;
  type: string;
  status: string;
  /** Null is as soon as possible. */
  scheduledOn: string | null;
  window: string | null;
  accessNotes: string | null;
  hazards: string[];
  result: { code: string; reading: number | null; notes: string | null } | null;
};
export type OrderItem = {
  orderNumber: string;
  kind: 'start' | 'stop';
  status: string;
  effectiveOn: string;
  window: string | null;
  /** Cents. */
  fees: { label: string; amount: number }[];
  proofNeeded: { by: string; kinds: string[] } | null;
  crew: CrewItem[];
};
export type CaseItem = {
  caseNumber: string;
  category: string;
  status: string;
  priority: string;
  expectedAt: string;
  crew: CrewItem[];
};
export type Work = { orders: OrderItem[]; cases: CaseItem[] };
export type AttentionItem = { number: string; what: string; why: string[]; said: string | null };
