import { createHash, randomBytes } from 'node:crypto';
import { CsrSessionModel } from '../../models/csrSession.ts';

const idleMs = 8 * 3_600_000;
const wholeMs = 12 * 3_600_000;
/** A session that was just seen is not written again. */
const seenEveryMs = 60_000;

/** Sessions in machine time. The store has only the hash of what the cookie holds, so that reading it opens nothing. */
export function createSessions(now: () => Date) {
  async function begin(csrId: string) {
    const sessionId = randomBytes(32).toString('base64url');
    const at = now();
    const endsAt = new Date(at.getTime() + wholeMs);
    await CsrSessionModel.create({ _id: hashOf(sessionId), csrId, createdAt: at, seenAt: at, endsAt });
    return { sessionId, csrfToken: csrfOf(sessionId) };
  }

  /** `seen: false` looks without counting as work: an open tab alone does not keep a session alive. */
  async function find(
    sessionId: string,
    { seen = true } = {},
  ): Promise<{ csrId: string; csrfToken: string } | null> {
    const at = now();
    const session = await CsrSessionModel.findOne({ _id: hashOf(sessionId) }).lean();
    if (!session || session.endsAt <= at || at.getTime() - session.seenAt.getTime() >= idleMs) return null;
    if (seen && at.getTime() - session.seenAt.getTime() > seenEveryMs)
      await CsrSessionModel.updateOne({ _id: session._id }, { $set: { seenAt: at } });
    return { csrId: session.csrId, csrfToken: csrfOf(sessionId) };
  }

  async function end(sessionId: string): Promise<void> {
    await CsrSessionModel.deleteOne({ _id: hashOf(sessionId) });
  }

  /** Whether the CSR is signed in anywhere. */
  async function anyOf(csrId: string): Promise<boolean> {
    const at = now();
    const seenAt = { $gt: new Date(at.getTime() - idleMs) };
    return (await CsrSessionModel.findOne({ csrId, endsAt: { $gt: at }, seenAt }).lean()) !== null;
  }

  return { begin, find, end, anyOf };
}

const hashOf = (sessionId: string): string => createHash('sha256').update(sessionId).digest('base64url');

/** Derived from the cookie, which no script can read: only our own page, which was told it, can send it. */
const csrfOf = (sessionId: string): string =>
  createHash('sha256').update(`csrf\0${sessionId}`).digest('base64url');
