import { createHmac } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { DistrictClock } from '../../services/clock.ts';
import type { FollowUpService } from '../../services/followUps.ts';
import type {
  Begun,
  PayMethod,
  PaymentProcessor,
  ProcessorEvent,
} from '../../services/payments/processor.ts';
import { returnCodes } from '../../services/payments/returns.ts';
import type { Policy } from '../../services/policy.ts';
import type { Secrets } from '../../services/secrets.ts';

const header = 'headgate-sandbox-signature';
const dayMs = 86_400_000;
/** A call is repeated after so long, as processors do that are not sure of an answer, in milliseconds. */
const repeatMs = 30_000;
const lateMs = 600_000;

/** What goes wrong with the next calls of the sandbox's processor. */
export type ProcessorFault = 'duplicate' | 'late' | 'lost';
export type SandboxProcessor = PaymentProcessor & {
  /** The next so many calls come twice, ten minutes late, or only by their repetition. */
  disturb(fault: ProcessorFault, times: number): void;
};

type Receive = Parameters<NonNullable<PaymentProcessor['deliverTo']>>[0];

/**
 * A processor in the process that behaves like a real one: it takes an id once, tells what became of it by signed
 * calls that are repeated, settles bank transfers days later on the District's clock, and sends some back. What
 * happens is named on its page; it knows no card and no bank number.
 */
export function createSandboxProcessor(deps: {
  secrets: Pick<Secrets, 'keyFor' | 'equal'>;
  followUps: Pick<FollowUpService, 'handle' | 'schedule'>;
  clock: Pick<DistrictClock, 'now'>;
  policy: Pick<Policy, 'payments'>;
}): SandboxProcessor {
  const { secrets, followUps, clock, policy } = deps;
  const key = secrets.keyFor('sandboxProcessor');
  const sign = (body: Buffer) => createHmac('sha256', key).update(body).digest('base64url');
  const settlesMs = policy.payments.bankSettlesInDays * dayMs;
  const faults: ProcessorFault[] = [];
  let receive: Receive = async () => {};

  followUps.handle('sandboxProcessor.call', {
    run: async ({ payload }) => {
      await call(payload as ProcessorEvent);
      return { outcome: 'called' };
    },
  });

  async function call(event: ProcessorEvent): Promise<void> {
    const body = Buffer.from(JSON.stringify({ events: [event] }));
    await receive(body, { [header]: sign(body) });
  }

  /** Calls now, and once more later: the repetition is kept before the first call, so that none is lost. */
  async function tellNow(name: string, event: ProcessorEvent): Promise<void> {
    const fault = faults.shift();
    await tellLater(name, event, fault === 'late' ? lateMs : repeatMs);
    if (fault === 'late' || fault === 'lost') return;
    await call(event);
    if (fault === 'duplicate') await call(event);
  }

  async function tellLater(name: string, event: ProcessorEvent, ms: number): Promise<void> {
    const dueAt = new Date(clock.now().getTime() + ms);
    await followUps.schedule({
      key: `sandbox:${name}`,
      kind: 'sandboxProcessor.call',
      dueAt,
      payload: event,
    });
  }

  async function takePayment(paymentId: string, amount: number, outcome: string): Promise<Begun> {
    const method = methodOf(outcome);
    const told = { paymentId, method, amount };
    const code = codeOf(outcome);
    // What comes days later is kept first: a process that dies here begins again under the same names.
    if (code)
      await tellLater(
        `${paymentId}:returned`,
        { kind: 'returned', of: { paymentId }, code },
        Math.max(settlesMs - dayMs, dayMs),
      );
    if (outcome === 'pending')
      await tellLater(`${paymentId}:settled`, { kind: 'approved', ...told }, settlesMs);
    if (outcome === 'bankDeclined')
      await tellLater(
        `${paymentId}:refused`,
        { kind: 'declined', paymentId, method, code: 'bank_declined' },
        settlesMs,
      );
    if (outcome === 'declined')
      await tellNow(`${paymentId}:declined`, { kind: 'declined', paymentId, method, code: 'card_declined' });
    else if (outcome === 'pending' || outcome === 'bankDeclined')
      await tellNow(`${paymentId}:pending`, { kind: 'pending', ...told });
    else await tellNow(`${paymentId}:approved`, { kind: 'approved', ...told });
    return { processorId: `sandbox:${paymentId}`, redirect: null };
  }

  return {
    name: 'sandbox',
    pages: [],
    outcomes: [
      'approved',
      'declined',
      'pending',
      'bankDeclined',
      ...returnCodes.map((code) => `returned:${code}`),
    ],
    isOutcome: (text) => /^(approved|declined|pending|bankDeclined|returned:R\d{2})$/.test(text),
    methodOf,
    begin: ({ paymentId, amount, outcome }) => takePayment(paymentId, amount, outcome ?? 'declined'),
    // What becomes of a payment is decided when it begins, even where its call comes late.
    cancel: async () => false,
    async enrol({ setupId, outcome }) {
      const reference = `sandbox:${outcome ?? 'approved'}`;
      if (outcome === 'declined') await tellNow(`${setupId}:failed`, { kind: 'enrolmentFailed', setupId });
      else await tellNow(`${setupId}:enrolled`, { kind: 'enrolled', setupId, reference });
      return { processorId: `sandbox:${setupId}`, redirect: null };
    },
    // A bank takes a draw at once and may send it back later: what it was enrolled for.
    draw: ({ paymentId, amount, reference }) => {
      const code = codeOf(reference.replace(/^sandbox:/, ''));
      return takePayment(paymentId, amount, code ? `returned:${code}` : 'bankApproved');
    },
    presentAgain: ({ paymentId, amount }) => takePayment(paymentId, amount, 'bankApproved'),
    read(body, headers: IncomingHttpHeaders) {
      const given = headers[header];
      if (typeof given !== 'string' || !secrets.equal(given, sign(body))) return null;
      return (JSON.parse(body.toString('utf8')) as { events: ProcessorEvent[] }).events;
    },
    deliverTo(by) {
      receive = by;
    },
    disturb(fault, times) {
      for (let time = 0; time < times; time++) faults.push(fault);
    },
  };
}

const methodOf = (outcome: string): PayMethod =>
  /^(pending|returned:|bank)/.test(outcome) ? 'bank' : 'card';
const codeOf = (outcome: string): string | null => /^returned:(R\d{2})$/.exec(outcome)?.[1] ?? null;
