import type { TurnContext } from 'botbuilder';
import type { Recognised } from '../language/recogniser.ts';
import type { Handoff, Holder, Proof, Task } from '../models/conversation.ts';

/** What a dialog knows of the turn it runs in, and what it may change; all of it is kept by one commit. */
export type DialogTurn = {
  readonly conversationId: string;
  readonly channelId: string;
  /** A keyed hash of the network that the customer comes from, where the channel knows it. */
  readonly network: string | null;
  /** The same of the customer's own address. */
  readonly address: string | null;
  /** The message's own key, the same on a second run. */
  readonly messageKey: string;
  /** District time at which the customer's message came in; the same on a second run. */
  readonly now: Date;
  /** What the customer wrote, secrets included: never log it, never keep it. */
  readonly text: string;
  /** Something was masked before it was stored: a card number, a Social Security number, a password. */
  readonly sensitive: boolean;
  readonly recognised: Recognised;
  readonly holder: Holder;
  /** How many wait before this customer; undefined unless waiting. */
  placeInLine(): Promise<number>;
  language: string;
  /** What the bot keeps in mind between turns: misunderstandings in a row, a person that was offered. */
  memory: { misunderstood?: number; offer?: boolean };
  task: Task | null;
  proof: Proof | null;
  /** The question now asked is for a PIN or a code: its answer is masked and sealed before it is stored. */
  secret: boolean;
  /** The text that was read answers a secret question: the commit masks it wherever it still stands. */
  hush(): void;
  /** A person is needed: the commit puts the conversation in the queue. */
  handOff(handoff: Omit<Handoff, 'at'>): void;
  /** The customer no longer wants a person. */
  takeBack(): void;
  /** A danger while a person is already on it: makes it an emergency and alarms; one that was told `again` rings no more. */
  raise(about?: { again: boolean }): void;
  /**
   * The id under which something outside the conversation is changed once, however often this turn runs.
   * Keeps the beginning of the turn first; throws TurnLost where a CSR has taken over, so nothing is done.
   */
  requestId(action: string, target: string): Promise<string>;
  /** Notes what was done, for the holder to see if the customer could not be told. */
  done(event: string, detail: Record<string, string>): void;
};

export const turnKey = Symbol.for('headgate.turn');

/** The turn that a context runs in. */
export function turnOf(context: TurnContext): DialogTurn {
  const turn = context.turnState.get(turnKey) as DialogTurn | undefined;
  if (!turn) throw new Error('a dialog ran outside a turn');
  return turn;
}
