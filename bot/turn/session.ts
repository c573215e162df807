import type { Activity } from 'botbuilder';
import type { DialogTurn } from '../../dialogs/turn.ts';
import type { Recognised } from '../../language/recogniser.ts';
import type { Redaction } from '../../models/append.ts';
import type { Conversation, Handoff, Holder, Pinned, Proof, Task } from '../../models/conversation.ts';
import type { Entry, NewEntry } from '../../models/entry.ts';
import { newEntry } from '../../services/transcript.ts';

/** The event by which a conversation becomes an emergency. */
export const emergencyRaised = 'emergency.raised';
const noHandoff = { skills: ['emergency'] };

/** A CSR has taken over before the turn had changed anything: what it was about to do is not done. */
export class TurnLost extends Error {}

/** What a turn has collected by its end; commit.ts writes all of it or none. */
export type TurnOutcome = {
  said: NewEntry[];
  redaction: Redaction | null;
  moved: { holder: Holder; handoff: Handoff | null } | null;
  /** A danger was told of: the conversation must be an emergency, whoever holds it. */
  emergency: Handoff | null;
  state: string;
  task: Task | null;
  proof: Proof | null;
  language: string;
  secret: boolean;
};

type SessionDependencies = {
  conversation: Conversation;
  entry: Entry;
  text: string;
  hushed: { text: string; textHash: string };
  recognised: Recognised;
  /** How the turn begins: as the conversation is, or as it was when an earlier run of it began to act. */
  begin: Pinned;
  pin(begin: Pinned): Promise<boolean>;
  placeInLine(): Promise<number>;
};

/**
 * One run of one turn: what the dialogs know and change while it lasts. Nothing here touches the store but
 * the pin, which keeps the beginning of a turn that is about to act, so that a second run does just the same.
 */
export class TurnSession implements DialogTurn {
  readonly conversationId: string;
  readonly channelId: string;
  readonly network: string | null;
  readonly address: string | null;
  readonly messageKey: string;
  readonly now: Date;
  readonly text: string;
  readonly sensitive: boolean;
  readonly recognised: Recognised;
  readonly holder: Holder;
  language: string;
  task: Task | null;
  proof: Proof | null;
  secret: boolean;
  state: string;
  memory: DialogTurn['memory'] = {};
  readonly said: NewEntry[] = [];
  readonly placeInLine: () => Promise<number>;
  private readonly dependencies: SessionDependencies;
  private moved: TurnOutcome['moved'] = null;
  private emergency: Handoff | null = null;
  private redaction: Redaction | null;
  private ordinals = new Map<string, number>();
  private pinned: boolean;
  private closed = false;

  constructor(dependencies: SessionDependencies) {
    const { conversation, entry, text, recognised, begin } = dependencies;
    this.dependencies = dependencies;
    this.conversationId = conversation._id;
    this.channelId = conversation.channelId;
    this.network = conversation.network ?? null;
    this.address = conversation.address ?? null;
    this.messageKey = entry.key ?? entry.id;
    this.now = entry.at;
    this.text = text;
    this.sensitive = entry.activity?.sensitive === true;
    this.recognised = recognised;
    this.pinned = begin === conversation.pinned;
    this.holder = this.pinned ? 'bot' : conversation.holder;
    this.language = begin.language;
    this.task = structuredClone(begin.task);
    this.proof = begin.proof;
    this.state = begin.state;
    // A turn that asks nothing new leaves the open question, and that it is secret, as they were.
    this.secret = conversation.secret;
    this.placeInLine = dependencies.placeInLine;
    this.redaction = entry.sealed ? { seq: entry.seq, text: entry.text, textHash: entry.textHash } : null;
  }

  get conversation(): Conversation {
    return this.dependencies.conversation;
  }

  get begin(): Pinned {
    return this.dependencies.begin;
  }

  get entry(): Entry {
    return this.dependencies.entry;
  }

  hush(): void {
    this.redaction = { seq: this.entry.seq, ...this.dependencies.hushed };
  }

  handOff(handoff: Omit<Handoff, 'at'>): void {
    this.moved = { holder: 'waiting', handoff: { ...handoff, at: this.now } };
    if (handoff.priority !== 'emergency') return;
    this.moved.handoff = { ...handoff, at: this.now, rung: this.entry.seq };
    this.raise();
  }

  takeBack(): void {
    this.moved = { holder: 'bot', handoff: null };
  }

  raise({ again = false } = {}): void {
    if (this.emergency) return;
    const rung = again ? {} : { rung: this.entry.seq };
    this.emergency = { ...noHandoff, at: this.now, reason: 'emergency', priority: 'emergency', ...rung };
    // An entry of its own: the desk sees it in its place, and every desk hears of it by its number.
    this.done(emergencyRaised, { danger: this.recognised.safety ?? 'other' });
  }

  async requestId(action: string, target: string): Promise<string> {
    if (this.closed) throw new TurnLost('the turn is over');
    if (!this.pinned) {
      this.pinned = await this.dependencies.pin(this.dependencies.begin);
      if (!this.pinned) throw new TurnLost('a CSR has taken over');
    }
    const name = `${this.messageKey}:${action}:${target}`;
    const ordinal = (this.ordinals.get(name) ?? 0) + 1;
    this.ordinals.set(name, ordinal);
    return `${name}:${ordinal}`;
  }

  done(event: string, detail: Record<string, string>): void {
    const text = Object.values(detail).join(', ');
    this.collect({ kind: 'event', visible: false, text, activity: { name: event, value: detail } });
  }

  /** Takes in what the bot says; answers the id that its activity gets. */
  say(activity: Partial<Activity>, receipt: boolean): string {
    const { type, text, name, value, attachments, attachmentLayout, suggestedActions, inputHint } = activity;
    const isMessage = type === 'message';
    return this.collect({
      kind: isMessage ? 'message' : 'event',
      visible: isMessage,
      text: text ?? '',
      activity: dropEmpty({ type, name, value, attachments, attachmentLayout, suggestedActions, inputHint }),
      ...(receipt ? { receipt: true } : {}),
    });
  }

  private collect(parts: Omit<Parameters<typeof newEntry>[0], 'at' | 'from'>): string {
    if (this.closed) return '';
    const entry = newEntry({
      ...parts,
      at: this.now,
      from: 'bot',
      replyTo: this.entry.visible ? this.entry.id : undefined,
    });
    this.said.push(entry);
    return entry.id;
  }

  /** Forgets what the bot said and changed in this run; what was done outside stays noted. */
  startOver(): void {
    const { begin } = this.dependencies;
    const deeds = this.said.filter(
      (entry) => entry.kind === 'event' && entry.activity?.name !== 'handoff.initiate',
    );
    this.said.splice(0, this.said.length, ...deeds);
    this.moved = null;
    this.task = structuredClone(begin.task);
    this.proof = begin.proof;
    this.state = begin.state;
    this.secret = this.dependencies.conversation.secret;
  }

  /** Ends the run: what still comes from code that hangs is ignored. */
  close(): TurnOutcome {
    this.closed = true;
    const { said, redaction, moved, emergency, state, task, proof, language, secret } = this;
    return { said, redaction, moved, emergency, state, task, proof, language, secret };
  }

  /** Whether this turn began to change things outside the conversation. */
  get hasActed(): boolean {
    return this.ordinals.size > 0;
  }
}

const dropEmpty = (parts: Record<string, unknown>) =>
  Object.fromEntries(
    Object.entries(parts).filter(([, part]) => part != null && !(Array.isArray(part) && part.length === 0)),
  );
