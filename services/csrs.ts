import { randomBytes } from 'node:crypto';
import { type CsrDocument, CsrModel, type Presence } from '../models/csr.ts';
import { createSessions } from './csrs/sessions.ts';
import { createSignInGuard } from './csrs/signInGuard.ts';
import { hashPassword, verifyPassword } from './passwords.ts';

/** A CSR without what nobody else may know. */
export type CsrProfile = {
  id: string;
  email: string;
  name: string;
  /** As customers read it. */
  publicName: string;
  role: CsrDocument['role'];
  skills: string[];
  languages: string[];
  presence: Presence;
};
/** A CSR as the desk's verbs know one: under the name that customers read. */
export type Speaker = { id: string; email: string; name: string };
export type SampleCsr = Pick<CsrProfile, 'email' | 'name' | 'role' | 'skills' | 'languages'>;
export type SignIn =
  | { ok: true; csr: CsrProfile; sessionId: string; csrfToken: string }
  | { ok: false; reason: 'notMatched' | 'tooManyTries' };

export type CsrsDependencies = {
  /** District time. */
  clock: { now(): Date };
  log: { info(fields: object): void };
  /** Machine time. */
  now?: () => Date;
};
export type CsrsService = ReturnType<typeof createCsrsService>;

/** Who works at the desk: signing in, sessions, presence. */
export function createCsrsService({ clock, log, now = () => new Date() }: CsrsDependencies) {
  const guard = createSignInGuard(now);
  const sessions = createSessions(now);

  /** One answer and the same work for a wrong password and an unknown e-mail: we never confirm who works here. */
  async function signIn(credentials: { email: string; password: string; ip: string }): Promise<SignIn> {
    const { email, password, ip } = credentials;
    if (!(await guard.mayTry(email, ip))) {
      log.info({ event: 'csr.signInHeld' });
      return { ok: false, reason: 'tooManyTries' };
    }
    const csr = await CsrModel.withEmail(email);
    const matches = await verifyPassword(password, csr?.passwordHash ?? null);
    if (!csr || !matches || csr.disabled) {
      log.info({ event: 'csr.signInRefused' });
      return { ok: false, reason: 'notMatched' };
    }
    await guard.forget(email, ip);
    log.info({ event: 'csr.signedIn', csrId: csr._id });
    return { ok: true, csr: toProfile(csr), ...(await sessions.begin(csr._id)) };
  }

  /** Who this session belongs to, or null where it has ended or its CSR may no longer work here. */
  async function sessionOf(
    sessionId: string,
    options?: { seen?: boolean },
  ): Promise<{ csr: CsrProfile; csrfToken: string } | null> {
    const session = await sessions.find(sessionId, options);
    const csr = session && (await CsrModel.findOne({ _id: session.csrId, disabled: false }).lean());
    return csr ? { csr: toProfile(csr), csrfToken: session.csrfToken } : null;
  }

  async function setPresence(csrId: string, presence: Presence): Promise<CsrProfile | null> {
    const set = { presence, presenceAt: clock.now() };
    const csr = await CsrModel.findOneAndUpdate({ _id: csrId }, { $set: set }, { returnDocument: 'after' });
    return csr && toProfile(csr.toObject());
  }

  async function find(id: string): Promise<CsrProfile | null> {
    const csr = await CsrModel.findOne({ _id: id }).lean();
    return csr && toProfile(csr);
  }
  async function findByEmail(email: string): Promise<CsrProfile | null> {
    const csr = await CsrModel.withEmail(email);
    return csr && !csr.disabled ? toProfile(csr) : null;
  }
  const speaker = async (id: string): Promise<Speaker | null> => asSpeaker(await find(id));
  const speakerByEmail = async (email: string): Promise<Speaker | null> =>
    asSpeaker(await findByEmail(email));
  /** Whom a conversation can be handed to. */
  async function colleagues(): Promise<CsrProfile[]> {
    return (await CsrModel.find({ disabled: false }).sort({ email: 1 }).lean()).map(toProfile);
  }

  /** Ends this session; who is signed in nowhere any more is offline. */
  async function signOut(sessionId: string): Promise<void> {
    const session = await sessions.find(sessionId, { seen: false });
    await sessions.end(sessionId);
    if (session && !(await sessions.anyOf(session.csrId))) await setPresence(session.csrId, 'offline');
  }

  return { signIn, sessionOf, signOut, setPresence, find, findByEmail, speaker, speakerByEmail, colleagues };
}

/**
 * Makes the sample District's CSRs with the password that is handed in; a second time sets what differs. They share
 * the password, so they share its hash: a sandbox starts in the time of one.
 */
export async function seedSampleCsrs(sample: { csrs: SampleCsr[] }, password: string): Promise<void> {
  const known = await Promise.all(sample.csrs.map(({ email }) => CsrModel.withEmail(email)));
  const kept = known.find((csr) => csr !== null)?.passwordHash ?? null;
  const isKept = kept !== null && (await verifyPassword(password, kept));
  const passwordHash = isKept ? kept : await hashPassword(password);
  await Promise.all(
    sample.csrs.map(async ({ email, name, role, skills, languages }) => {
      // "Sam (CSR II)" is Sam to a customer.
      const publicName = name.replace(/\s*\(.*\)\s*$/, '');
      await CsrModel.updateOne(
        { email: email.toLowerCase() },
        {
          $set: { name, publicName, role, skills, languages, passwordHash },
          $setOnInsert: { _id: randomBytes(12).toString('base64url') },
        },
        { upsert: true },
      );
    }),
  );
}

export function asSpeaker(csr: CsrProfile): Speaker;
export function asSpeaker(csr: CsrProfile | null): Speaker | null;
export function asSpeaker(csr: CsrProfile | null): Speaker | null {
  return csr && { id: csr.id, email: csr.email, name: csr.publicName };
}

const toProfile = (csr: CsrDocument): CsrProfile => ({
  id: csr._id,
  email: csr.email,
  name: csr.name,
  publicName: csr.publicName,
  role: csr.role,
  skills: csr.skills,
  languages: csr.languages,
  presence: csr.presence,
});
