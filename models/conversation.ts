import { type InferSchemaType, model, Schema } from 'mongoose';

export const holders = ['bot', 'waiting', 'csr', 'resolved'] as const;
/** Who may speak: the bot, nobody yet (the customer waits in line), a CSR, or nobody any more. */
export type Holder = (typeof holders)[number];
export type Priority = 'emergency' | 'high' | 'normal';

/** Why a person is needed, as the queue shows it. */
export type Handoff = {
  reason: string;
  priority: Priority;
  skills: string[];
  /** District time since when the customer waits. */
  at: Date;
  /** The CSR who has the customer has seen the emergency. */
  seen?: boolean;
  /** Number of the message that made it ring last: a further danger rings anew, whoever has the customer. */
  rung?: number;
};

/** What a customer came to do: the form that the bot fills and a CSR can go on with. */
export type Task = {
  kind: string;
  version: number;
  fields: Record<string, TaskField>;
  /** Name of the field whose question is open. */
  open: string | null;
};
export type TaskField = {
  value: unknown;
  source: 'customer' | 'csr' | 'records';
  verified?: boolean;
  failed?: number;
};

/** Proof that the customer may see an account; it lasts no longer than policy says and never leaves the conversation. */
export type Proof = {
  accountId: string;
  accountNumber: string;
  level: 'L1' | 'L2' | 'L3';
  /** What proved it; nothing but account number and ZIP at L1. */
  by?: 'code' | 'pin' | 'photoId';
  /** District time. */
  at: Date;
  customerName: string;
  /** At L3: the CSR who saw the photo ID, and what it was. */
  seenBy?: string;
  seen?: string;
};

/**
 * One conversation: its state, who holds it, and the newest entries. Every change is one conditional
 * update of this one document (models/append.ts), so a crash leaves all of a step or none of it.
 */
const conversationSchema = new Schema(
  {
    _id: { type: String, required: true }, // 128 random bits, or a channel's own stable key
    channelId: { type: String, required: true },
    customer: { id: { type: String, required: true }, name: String },
    language: { type: String, default: 'en' },
    network: String, // a keyed hash of the client's network, where the channel knows it
    address: String, // and of the client's own address
    reference: Schema.Types.Mixed, // Bot Framework's conversation reference, where a channel needs one to reply
    createdAt: { type: Date, required: true },
    updatedAt: { type: Date, required: true },

    seq: { type: Number, default: 0 },
    shown: { type: Number, default: 0 },
    handled: { type: Number, default: 0 }, // every customer entry up to here has had its turn
    tail: { type: [Schema.Types.Mixed], default: [] }, // entries that are not in the transcript yet
    tailBytes: { type: Number, default: 0 },
    recent: { type: [String], default: [] }, // short keys of the entries last pulled from the tail
    projected: { seq: { type: Number, default: 0 }, hash: { type: String, default: '' } },

    ended: { type: Boolean, default: false }, // the customer has left it for good
    holder: { type: String, enum: holders, default: 'bot' },
    epoch: { type: Number, default: 0 },
    assignee: { type: String, default: null }, // the CSR's id
    handoff: { type: Schema.Types.Mixed, default: null },
    disposition: { type: String, default: null },

    fence: { type: Number, default: 0 },
    lease: { type: Schema.Types.Mixed, default: null }, // { owner, until } in machine time
    tries: { type: Number, default: 0 }, // leases taken for the same entry; a poison message ends with a person
    workAt: { type: Date, default: null }, // machine time at which a sweeper must look; null when nothing is owed
    pinned: { type: Schema.Types.Mixed, default: null }, // how a turn began that has started to act

    state: { type: String, default: '{}' }, // the bot's state, as its Storage hands it over
    task: { type: Schema.Types.Mixed, default: null },
    proof: { type: Schema.Types.Mixed, default: null },
    secret: { type: Boolean, default: false }, // the open question asks for a PIN or a code
  },
  { versionKey: false, minimize: false },
);
conversationSchema.index({ workAt: 1 }, { partialFilterExpression: { workAt: { $type: 'date' } } });
conversationSchema.index({ holder: 1, updatedAt: -1, _id: 1 });
conversationSchema.index({ holder: 1, 'handoff.priority': 1, 'handoff.at': 1, _id: 1 }); // the line
conversationSchema.index({ updatedAt: -1, _id: 1 });
conversationSchema.index({ 'proof.accountNumber': 1 }, { sparse: true });

export type Conversation = Omit<
  InferSchemaType<typeof conversationSchema>,
  | 'tail'
  | 'handoff'
  | 'task'
  | 'proof'
  | 'lease'
  | 'pinned'
  | 'holder'
  | 'reference'
  | 'customer'
  | 'projected'
  | '_id'
> & {
  _id: string;
  customer: { id: string; name?: string | null };
  projected: { seq: number; hash: string };
  tail: import('./entry.ts').Entry[];
  holder: Holder;
  handoff: Handoff | null;
  task: Task | null;
  proof: Proof | null;
  lease: { owner: string; until: Date } | null;
  pinned: Pinned | null;
  reference?: unknown;
};
/** The beginning of a turn that acts, kept before the first action so that a second run does the same. */
export type Pinned = {
  seq: number;
  epoch: number;
  state: string;
  task: Task | null;
  proof: Proof | null;
  language: string;
  recognised: unknown;
};

export const ConversationModel = model('Conversation', conversationSchema);
