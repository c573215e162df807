import type { Action, Level } from '../../services/access.ts';
import type { Services } from '../services.ts';
import type { DialogTurn } from '../turn.ts';

/** Words of one dialog in one language: a sentence, or one made from values. */
// biome-ignore lint/suspicious/noExplicitAny: each sentence names the values it needs
export type Words = Record<string, string | ((values: any) => string)>;
export type Languages = { en: Words; es: Words };

/** A button's title and what choosing it says. */
export type Choice = { value: string; title: string };

/** What the form knows so far, by field name. */
export type Values = Record<string, unknown>;

export type FormContext = { turn: DialogTurn; services: Services; values: Values };

/** Why a value cannot be accepted: what is said, and what becomes of the form. */
export type Refusal = {
  ok: false;
  say: string;
  with?: Values;
  /** Fields to ask anew. */
  forget?: string[];
  /** The form cannot go on without a person. */
  person?: boolean;
};
export type Checked = { ok: true; value?: unknown } | Refusal;

/** One question of a form, in the words of the dialog that has it. */
export type Field = {
  name: string;
  ask: string;
  /** Said instead of `ask` once the answer was not understood: an example. */
  example?: string;
  choices?: string[];
  /** A PIN or a code: masked and sealed before it is stored, never kept. */
  secret?: boolean;
  /** Reads the answer to this question; null where it is none. */
  parse(text: string, context: FormContext): unknown;
  /** Finds the value in a text that was about something else. */
  spot?(text: string, context: FormContext): unknown;
  /** Asks the services whether the value will do. */
  check?(value: unknown, context: FormContext): Checked | Promise<Checked>;
  when?(context: FormContext): boolean;
  /** Fields that were about the old value of this one. */
  resets?: string[];
  /** What must happen before the question makes sense: the code that it asks for is sent. */
  prepare?(context: FormContext): Promise<Refusal | undefined>;
};

/** How a task ended: what is said, and whether the customer must hear of it whatever happens. */
export type Finish = {
  say: string;
  with?: Values;
  /** Something was changed: the sentence is a receipt. */
  done?: { event: string; detail: Record<string, string> };
  person?: boolean;
  /** Why nothing was changed, with what belongs to the reason: a CSR who completes the task is told. */
  refused?: { reason: string; [detail: string]: unknown };
};

/** What a customer came to do, as a list of questions and what is done with the answers. */
export type TaskDialog = {
  kind: string;
  version: number;
  intents: string[];
  /** What the task shows or changes: the policy says how sure we must be of who it is, before anything is said. */
  needs?: Action | Level;
  skill: string;
  fields: Field[];
  /** The sentence that sums up before anything is changed. */
  confirm?: { say: string; with(context: FormContext): Values };
  finish(context: FormContext): Promise<Finish>;
  words: Languages;
};
