import { CsrSessionModel } from '../../models/csrSession.ts';
import { createSignInGuard } from '../../services/csrs/signInGuard.ts';
import { seedSampleCsrs } from '../../services/csrs.ts';
import { hashPassword, verifyPassword } from '../../services/passwords.ts';
import { type Fixture, openDesk, password } from '../console/deskFixture.ts';

let fixture: Fixture;
beforeAll(async () => {
  fixture = await openDesk();
});
afterAll(() => fixture.close());
const minutes = (count: number) => count * 60_000;

describe('signing in', () => {
  it('knows a CSR by the password, whatever the e-mail’s case, and hands out a session that is stored hashed', async () => {
    const { csrs } = fixture;
    const signIn = await csrs.signIn({ email: ' CSR2@alder.example.com', password, ip: '10.0.0.1' });
    if (!signIn.ok) throw new Error(signIn.reason);
    expect(signIn.csr).toMatchObject({ name: 'Sam (CSR II)', publicName: 'Sam' });
    expect(JSON.stringify(signIn.csr)).not.toContain('scrypt');
    expect(await csrs.sessionOf(signIn.sessionId)).toMatchObject({ csrfToken: signIn.csrfToken });
    const stored = JSON.stringify(await CsrSessionModel.find().lean());
    expect(stored).not.toContain(signIn.sessionId);
    expect(stored).not.toContain(signIn.csrfToken);
    await csrs.signOut(signIn.sessionId);
    expect(await csrs.sessionOf(signIn.sessionId)).toBeNull();
  });

  it('answers an unknown e-mail as it does a wrong password', async () => {
    const { csrs } = fixture;
    const wrong = await csrs.signIn({ email: 'csr1@alder.example.com', password: 'no', ip: '10.0.0.2' });
    const unknown = await csrs.signIn({ email: 'nobody@alder.example.com', password: 'no', ip: '10.0.0.2' });
    expect(unknown).toEqual(wrong);
    expect(wrong).toEqual({ ok: false, reason: 'notMatched' });
  });

  it('holds an e-mail after five failures, even twenty at once and even with the right password, for 15 minutes', async () => {
    const { csrs, time } = fixture;
    const guess = (word: string) =>
      csrs.signIn({ email: 'csr3@alder.example.com', password: word, ip: '10.0.0.3' });
    const answers = await Promise.all(Array.from({ length: 20 }, (_, n) => guess(`guess ${n}`)));
    const reasons = answers.map((answer) => (answer.ok ? 'in' : answer.reason));
    expect(reasons.filter((reason) => reason === 'notMatched')).toHaveLength(5);
    expect(reasons.filter((reason) => reason === 'tooManyTries')).toHaveLength(15);
    expect(await guess(password)).toEqual({ ok: false, reason: 'tooManyTries' });
    time.machine += minutes(16);
    expect(await guess(password)).toMatchObject({ ok: true });
  });

  it('lets a CSR in whose e-mail a stranger tries elsewhere, and holds one that the whole world tries', async () => {
    const guard = createSignInGuard(() => new Date(fixture.time.machine));
    const email = 'tried@alder.example.com';
    for (let n = 0; n < 9; n++) await guard.mayTry(email, '10.0.0.8');
    expect(await guard.mayTry(email, '10.0.0.8')).toBe(false);
    expect(await guard.mayTry(email, '10.0.0.9')).toBe(true);
    const world = Array.from({ length: 60 }, (_, n) => `10.1.0.${n}`);
    for (const ip of world) for (let n = 0; n < 4; n++) await guard.mayTry(email, ip);
    expect(await guard.mayTry(email, '10.0.0.10')).toBe(false);
  });

  it('holds an address that tries many e-mails, and nobody elsewhere', async () => {
    const guard = createSignInGuard(() => new Date(fixture.time.machine));
    const tries = Array.from({ length: 100 }, (_, n) =>
      guard.mayTry(`guess${n}@alder.example.com`, '10.0.0.4'),
    );
    expect(await Promise.all(tries)).not.toContain(false);
    expect(await guard.mayTry('one-more@alder.example.com', '10.0.0.4')).toBe(false);
    expect(await guard.mayTry('one-more@alder.example.com', '10.0.0.5')).toBe(true);
  });
});

describe('a session', () => {
  it('ends after eight hours of nothing and after twelve in all, and an open tab alone is nothing', async () => {
    const { csrs, time } = fixture;
    const begin = async () => {
      const signIn = await csrs.signIn({ email: 'csr1@alder.example.com', password, ip: '10.0.0.6' });
      return signIn.ok ? signIn.sessionId : '';
    };
    const idle = await begin();
    time.machine += minutes(7 * 60);
    expect(await csrs.sessionOf(idle, { seen: false })).not.toBeNull();
    time.machine += minutes(61);
    expect(await csrs.sessionOf(idle)).toBeNull();
    const busy = await begin();
    for (const _ of [1, 2]) {
      time.machine += minutes(5 * 60);
      expect(await csrs.sessionOf(busy)).not.toBeNull();
    }
    time.machine += minutes(2 * 60 + 1);
    expect(await csrs.sessionOf(busy)).toBeNull();
  });
});

it('seeds the sample CSRs again without making them twice, and a new password takes the place of the old', async () => {
  const { csrs, sam } = fixture;
  const sample = {
    csrs: [{ email: sam.email, name: 'Sam (CSR II)', role: 'csr2' as const, skills: [], languages: [] }],
  };
  await seedSampleCsrs(sample, 'another password');
  expect((await csrs.colleagues()).filter(({ email }) => email === sam.email)).toHaveLength(1);
  expect((await csrs.speaker(sam.id))?.email).toBe(sam.email);
  expect(await csrs.signIn({ email: sam.email, password, ip: '10.0.0.7' })).toMatchObject({ ok: false });
  expect(await csrs.signIn({ email: sam.email, password: 'another password', ip: '10.0.0.7' })).toMatchObject(
    { ok: true },
  );
});

it('knows a password by its hash alone, and no password without one', async () => {
  const hash = await hashPassword('café');
  expect(hash).not.toContain('caf');
  expect(await verifyPassword('cafe\u0301', hash)).toBe(true);
  expect(await verifyPassword('cafe', hash)).toBe(false);
  expect(await verifyPassword('café', null)).toBe(false);
});
