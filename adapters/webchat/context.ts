import type { IncomingMessage } from 'node:http';
import type { ConversationReader, Files, Inbox, RemoteTokens, Wakeups } from '../channel.ts';
import type { Access } from './access.ts';
import type { FileLinks } from './fileLinks.ts';
import type { Limiter, Limits } from './limits.ts';
import type { Origins } from './origins.ts';
import type { Tokens } from './tokens.ts';

/** The little that the web chat logs: ids and outcomes, never a text, a token or an address with a query. */
export type WebchatLog = {
  info(fields: Record<string, unknown>, message?: string): void;
  warn(fields: Record<string, unknown>, message?: string): void;
  error(fields: Record<string, unknown>, message?: string): void;
};

/** What every address of the web chat works with. */
export type WebchatContext = {
  inbox: Inbox;
  reader: ConversationReader;
  wakeups: Wakeups;
  files: Files;
  tokens: Tokens;
  access: Access;
  origins: Origins;
  limiter: Limiter;
  limits: Limits;
  links: FileLinks;
  botName: string;
  machineNow(): Date;
  /** Where the page's chat runs at Azure instead of here. */
  remoteTokens?: RemoteTokens;
  addressOf(request: IncomingMessage): string;
  /** Where the customer comes from, as a keyed hash; tries to prove oneself count by it. */
  networkOf(request: IncomingMessage): string | null;
  addressKeyOf(request: IncomingMessage): string | null;
  log: WebchatLog;
};
