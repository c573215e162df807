import type { CaseContact, CaseEvent, CaseRecord } from '../../models/case.ts';
import { UpstreamError } from '../errors.ts';
import { argsHash, spokenNumber } from '../requests.ts';
import { act, again, requestKey } from './act.ts';
import { noteDown } from './audit.ts';
import { createDeadlines, firstOf } from './deadlines.ts';
import { cleaned, refusalOf } from './input.ts';
import { createOrdering } from './ordering.ts';
import type { CaseDeps, CaseListener, Category, NewCase, OpenAnswer } from './types.ts';

const numbersToTry = 20;
/** When what follows from a case is seen to once more, should its process die in it; in milliseconds. */
const settleAgainMs = 60_000;
/** When the premise is asked for again of a system that was down; in milliseconds. */
const placeAgainMs = 30_000;
/** How long somebody in danger waits for the system that holds the accounts, in milliseconds of machine time. */
const patienceMs = 1_000;
/** A danger that is told over and over is noted so often. */
const mostRepeats = 50;

/** How a case comes into being, and what follows from it at once: deadlines, a crew, whoever listens. */
export function createOpening(deps: CaseDeps, { located }: { located: CaseListener[] }) {
  const { store, records, followUps, clock, secrets, policy, log } = deps;
  const order = createOrdering(deps);
  const deadlines = createDeadlines(policy);
  const listeners: CaseListener[] = [];

  followUps.handle('case.opened', {
    async run({ payload }) {
      const record = await store.byNumber(String(payload));
      if (record === null) return { outcome: 'neverOpened' };
      const faults = await settle(record);
      if (faults.length > 0) throw faults[0];
      return { outcome: 'settled' };
    },
  });

  followUps.handle('case.place', {
    async run({ key, payload }) {
      const record = await store.byNumber(String(payload));
      if (record === null) return { outcome: 'neverOpened' };
      if (record.status === 'closed') return { outcome: 'overWith' };
      const { accountId = null, serviceLocationId = null, address = null, zip = null } = record;
      // While the system is still down this throws, and is run again.
      const place = await findPlace({ accountId, serviceLocationId, address, zip });
      if (place === null || Object.values(place).every((part) => part === null))
        return { outcome: 'noPlace' };
      const by = { requestId: key, caseNumber: record._id, actor: 'system', kind: 'located' };
      const done = await act<'knownMeanwhile'>(deps, by, ({ history }) =>
        history.some(({ kind }) => kind === 'located')
          ? { ok: false, reason: 'knownMeanwhile' }
          : { set: place, details: place },
      );
      if (!done.ok) return { outcome: done.reason };
      for (const listener of located) await listener(done.record);
      return { outcome: 'located' };
    },
  });

  /**
   * Opens a case, once under its requestId. `openKey` names what there is at most one open case for: who tells
   * of it again is told of the case that stands.
   * @throws ConflictError `action.conflict` where the requestId has opened something else.
   */
  async function open(request: NewCase, openKey: string | null = null): Promise<OpenAnswer> {
    const category = policy.cases.categories.find(({ code }) => code === request.category);
    if (category === undefined) return { ok: false, reason: 'noSuchCategory' };
    const refusal = refusalOf(request, category);
    if (refusal) return refusal;
    const asked = cleaned(request);
    const id = requestKey(secrets, request.requestId);
    // A danger is the same whatever else is known of it when the message is read once more.
    const hash = argsHash('case.open', openKey ? [openKey] : [JSON.stringify(asked)]);
    const earlier = await store.byRequest(id);
    if (earlier) return answerOf(earlier, await again(earlier, id, hash, deps));
    const told = openKey && (await store.byRequest(requestKey(secrets, `${request.requestId}:toldAgain`)));
    if (told) return answer(told, told.history[0] as CaseEvent, true);
    const place = await placeOf(asked, category);
    if (place === null) return { ok: false, reason: 'noAccount' };
    const { isUnknown, ...where } = place;
    return keep({ ...asked, ...where }, category, { id, hash, openKey, isUnknown });
  }

  async function keep(asked: Asked, category: Category, key: Key): Promise<OpenAnswer> {
    for (let time = 0; time < numbersToTry; time++) {
      const record = toRecord(asked, category, key, spokenNumber('C', `${key.id} ${time}`));
      // Before the case itself: should this process die after it, another sees to what follows.
      await followUps.schedule({
        key: `case:${record._id}:opened`,
        kind: 'case.opened',
        dueAt: new Date(record.requestedAt.getTime() + settleAgainMs),
        payload: record._id,
      });
      if (key.isUnknown)
        await followUps.schedule({
          key: `case:${record._id}:place`,
          kind: 'case.place',
          dueAt: new Date(record.requestedAt.getTime() + placeAgainMs),
          payload: record._id,
        });
      if (await store.open(record)) {
        await settleNow(record);
        return answer(record, record.history[0] as CaseEvent, false);
      }
      const same = await store.byRequest(key.id);
      if (same) return answerOf(same, await again(same, key.id, key.hash, deps));
      const standing = key.openKey ? await store.byOpenKey(key.openKey) : null;
      if (standing) return toldAgain(standing, asked, key);
      // Neither: the number is taken, or the case that stood has just been closed.
    }
    throw new UpstreamError('case.notStored', 'The store takes no case');
  }

  /** The customer tells of the same once more: the case that stands is theirs. */
  async function toldAgain(standing: CaseRecord, asked: Asked, key: Key): Promise<OpenAnswer> {
    const { _id: caseNumber } = standing;
    const repeats = standing.history.filter(({ kind }) => kind === 'toldAgain').length;
    if (repeats < mostRepeats)
      await act(
        deps,
        {
          requestId: `${asked.requestId}:toldAgain`,
          caseNumber,
          actor: asked.actor,
          kind: 'toldAgain',
          args: [key.openKey],
        },
        () => ({}),
      );
    return answer(standing, standing.history[0] as CaseEvent, true);
  }

  /** What follows from a case; each part is done whatever becomes of the others. Answers what failed. */
  async function settle(record: CaseRecord): Promise<unknown[]> {
    const parts = [
      () => noteDown(deps, record, record.history[0] as CaseEvent),
      () => watch(record),
      ...listeners.map((listener) => () => listener(record)),
      () => order(record),
    ];
    const faults: unknown[] = [];
    for (const part of parts)
      await part().catch((err) => {
        log.error({ err, caseNumber: record._id }, 'what follows from a case failed');
        faults.push(err);
      });
    return faults;
  }

  async function settleNow(record: CaseRecord): Promise<void> {
    const faults = await settle(record);
    // What failed is done by the follow-up, again and again.
    if (faults.length === 0) await followUps.cancel(`case:${record._id}:opened`);
  }

  /** Its deadlines are watched from now on. */
  const watch = async ({ _id, openings, acknowledgeBy, expectedAt }: CaseRecord): Promise<void> =>
    void (await followUps.schedule({
      key: `case:${_id}:deadlines:${openings}`,
      kind: 'case.deadline',
      dueAt: firstOf({ acknowledgeBy, expectedAt }),
      payload: { caseNumber: _id, opening: openings },
    }));

  /** Where it is; in an emergency nobody waits for a system elsewhere, and where that is down it is asked later. */
  async function placeOf(asked: Cleaned, { priority }: Category): Promise<Place | null> {
    try {
      const found = findPlace(asked);
      const place = await (priority === 'emergency' ? inTime(found) : found);
      return place && { ...place, isUnknown: false };
    } catch (err) {
      // The system that holds the accounts is down: what is reported is taken all the same.
      if (!(err instanceof UpstreamError)) throw err;
      log.error({ err }, 'a case without its premise');
      const { serviceLocationId, address, zip } = asked;
      return { serviceLocationId, address, zip, isUnknown: true };
    }
  }

  /** Address and zone, from the account's premise where the reporter named none; null for no such account. */
  async function findPlace(
    asked: Pick<Cleaned, 'accountId' | 'serviceLocationId' | 'address' | 'zip'>,
  ): Promise<FoundPlace | null> {
    const { serviceLocationId, address, zip } = asked;
    const account = asked.accountId ? await records.accountById(asked.accountId) : null;
    if (asked.accountId && account === null) return null;
    const premise = serviceLocationId ?? (address === null ? account?.serviceLocationId : null) ?? null;
    const location = premise === null ? null : await records.serviceLocation(premise);
    // A protected premise has no zone here and a mailbox for an address, where no crew must go: the order's
    // premise tells whoever may know.
    const site = location?.zip ? location : null;
    return {
      serviceLocationId: location === null ? null : premise,
      address: address ?? site?.address ?? null,
      zip: zip ?? site?.zip ?? null,
    };
  }

  function toRecord(asked: Asked, category: Category, key: Key, caseNumber: string): CaseRecord {
    const at = clock.now();
    const { acknowledgeBy, expectedAt } = deadlines(category, at);
    const { requestId: _, category: __, actor, ...rest } = asked;
    const details = { category: category.code, priority: category.priority, expectedAt };
    return {
      ...rest,
      _id: caseNumber,
      serviceCode: category.code,
      group: category.group,
      priority: category.priority,
      status: 'open',
      outcome: null,
      requestedAt: at,
      updatedAt: at,
      acknowledgeBy,
      acknowledgedAt: null,
      expectedAt,
      nextDueAt: firstOf({ acknowledgeBy, expectedAt }),
      closedAt: null,
      openings: 1,
      owner: null,
      attention: null,
      promise: null,
      reached: false,
      contactTries: 0,
      orderNumber: null,
      incidentNumber: null,
      incidentTold: 0,
      openKey: key.openKey,
      version: 1,
      history: [{ requestId: key.id, argsHash: key.hash, at, actor, kind: 'opened', details }],
    };
  }

  return {
    open,
    watch,
    order,
    /** Told of each new case, in the order in which they were added. */
    onOpened: (listener: CaseListener): void => void listeners.push(listener),
  };
}

type Cleaned = ReturnType<typeof cleaned>;
type FoundPlace = { serviceLocationId: string | null; address: string | null; zip: string | null };
type Place = FoundPlace & { isUnknown: boolean };
type Asked = Cleaned & { contact: CaseContact | null };
type Key = { id: string; hash: string; openKey: string | null; isUnknown: boolean };

/** @throws UpstreamError where it takes longer than anybody in danger should wait. */
async function inTime<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new UpstreamError('records.unavailable', 'The records take too long for an emergency')),
      patienceMs,
    );
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}

const answerOf = (record: CaseRecord, { event }: { event: CaseEvent }) => answer(record, event, false);

function answer(record: CaseRecord, event: CaseEvent, isAgain: boolean): OpenAnswer {
  const { category, priority, expectedAt } = event.details as {
    category: string;
    priority: CaseRecord['priority'];
    expectedAt: Date;
  };
  return { ok: true, caseNumber: record._id, category, priority, expectedAt, again: isAgain };
}
