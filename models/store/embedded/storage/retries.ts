import type { Binary } from 'bson';
import { isDocument, type Value } from '../bson/values.ts';
import { CommandError } from '../errors.ts';
import { asBuffer, type Statements } from './database.ts';

const sessionLifeMs = 30 * 60_000; // logicalSessionTimeoutMinutes of the hello
const mostSessions = 10_000;

/**
 * What each session's last write was answered with, stored in that write's own transaction: a driver that
 * lost the answer sends the write again under the same number and gets it, and nothing is done twice.
 */
export class Retries {
  private readonly statements: Statements;

  constructor(statements: Statements) {
    this.statements = statements;
  }

  /** The answer that the same write got before, or null. */
  answered(session: Buffer, txn: bigint): Buffer | null {
    const found = this.statements.of('SELECT txn, reply FROM retries WHERE lsid = ?').get(session);
    if (found === undefined || BigInt(found.txn as number) < txn) return null;
    if (BigInt(found.txn as number) === txn) return asBuffer(found.reply);
    throw new CommandError(225, `Retryable write with txnNumber ${txn} is prohibited: a newer one has run`);
  }

  remember(session: Buffer, txn: bigint, reply: Buffer, now: number) {
    this.statements
      .of('INSERT OR REPLACE INTO retries (lsid, txn, at, reply) VALUES (?, ?, ?, ?)')
      .run(session, txn, now, reply);
  }

  /** Forgets the answers of sessions that are over, or too many; called now and then. */
  forgetOld(now: number) {
    this.statements.of('DELETE FROM retries WHERE at < ?').run(now - sessionLifeMs);
    this.statements
      .of('DELETE FROM retries WHERE lsid IN (SELECT lsid FROM retries ORDER BY at DESC LIMIT -1 OFFSET ?)')
      .run(mostSessions);
  }
}

/** A session's id as bytes, or null where a command has none. */
export function sessionId(lsid: Value): Buffer | null {
  if (!isDocument(lsid)) return null;
  const id = lsid.id as Binary | undefined;
  return id?._bsontype === 'Binary' ? Buffer.from(id.buffer.subarray(0, id.position)) : null;
}
