import { randomBytes } from 'node:crypto';
import type { VerificationCode } from '../models/verificationCode.ts';
import type { VerificationTry } from '../models/verificationTry.ts';
import type { DistrictClock } from './clock.ts';
import { ConflictError, UpstreamError } from './errors.ts';
import type { Policy } from './policy.ts';
import { mostIn, nextCode, nextInWindow, nextTry, type TakenPlace } from './tryLimits.ts';

type SeriesName = 'account' | 'conversation' | 'network' | 'address';

/** The codes that were sent: `VerificationCodeModel`. */
export type CodeStore = {
  byRequest(requestId: string): PromiseLike<VerificationCode | null>;
  latest(series: SeriesName, key: string): PromiseLike<VerificationCode | null>;
  latestFor(accountKey: string, conversationId: string): PromiseLike<VerificationCode | null>;
  take(code: VerificationCode): Promise<boolean>;
  spend(requestId: string, tryId: string): Promise<boolean>;
};

/** The tries that were made: `VerificationTryModel`. */
export type TryStore = {
  byRequest(requestId: string): PromiseLike<VerificationTry | null>;
  latest(series: SeriesName, key: string, count: number): PromiseLike<VerificationTry[]>;
  wrongIn(
    window: { series: 'network' | 'address'; key: string; round: number },
    most: number,
  ): Promise<number>;
  take(attempt: VerificationTry): Promise<boolean>;
  settle(requestId: string, outcome: 'right' | 'matched' | 'wrong'): Promise<void>;
};

/** What a request counts for: the account number that was typed, as a keyed hash, the conversation, the network. */
export type Counted = {
  requestId: string;
  conversationId: string;
  accountKey: string;
  /** A keyed hash of the client's network; null where the channel knows none. */
  network: string | null;
  /** The same of the client's own address. */
  address: string | null;
  argsHash: string;
};

/** The places of one request; `none` where the channel knows no network or address. */
type Places = {
  account: TakenPlace;
  conversation: TakenPlace;
  network: TakenPlace | 'none';
  address: TakenPlace | 'none';
};

/** No network has this key: the look for it costs the same. */
const unknown = 'unknown';
/** Losing a place to another try is no fault; a store that refuses this often is. */
const placesToTry = 50;
const keptForMs = 30 * 86_400_000;

/**
 * Gives codes and tries their places in the series that limit them, one write for all series; who loses a
 * place to another looks again. A request that is there already gets what it got.
 */
export function createPlaces(deps: {
  codes: CodeStore;
  tries: TryStore;
  clock: Pick<DistrictClock, 'now'>;
  limits: Policy['verify'];
  machineNow?: () => Date;
}) {
  const { codes, tries, clock, limits, machineNow = () => new Date() } = deps;
  return { takeCode, takeTry };

  async function takeCode(asked: Counted, via: 'phone' | 'email'): Promise<VerificationCode> {
    for (let time = 0; time < placesToTry; time++) {
      const [earlier, ofAccount, ofConversation, ofNetwork, tried] = await Promise.all([
        codes.byRequest(asked.requestId),
        codes.latest('account', asked.accountKey),
        codes.latest('conversation', asked.conversationId),
        codes.latest('network', asked.network ?? unknown),
        nextTries(asked),
      ]);
      if (earlier !== null) return sameRequest(earlier, asked);
      const at = clock.now();
      const account = nextCode('account', asked.accountKey, ofAccount, at, limits);
      const conversation = nextCode('conversation', asked.conversationId, ofConversation, at, limits);
      const network =
        asked.network === null
          ? ('none' as const)
          : nextCode('network', asked.network, ofNetwork, at, limits);
      const placed = !tried.locked && account !== null && conversation !== null && network !== null;
      const code: VerificationCode = {
        ...placesOf(asked, placed ? { account, conversation, network, address: 'none' } : null),
        at,
        via,
        nonce: randomBytes(16).toString('base64url'),
        expiresAt: new Date(at.getTime() + limits.codeMinutes * 60_000),
        answer: tried.locked ? 'locked' : placed ? 'sent' : 'tooManyCodes',
        usedBy: null,
      };
      if (await codes.take(code)) return code;
    }
    throw new UpstreamError('verification.notStored', 'The store takes no code');
  }

  async function takeTry(
    asked: Counted,
    proof: VerificationTry['proof'],
    code: VerificationCode | null,
  ): Promise<VerificationTry> {
    for (let time = 0; time < placesToTry; time++) {
      const [earlier, next] = await Promise.all([tries.byRequest(asked.requestId), nextTries(asked)]);
      if (earlier !== null) return sameRequest(earlier, asked);
      const expired = code !== null && (code.usedBy !== null || next.at >= code.expiresAt);
      const attempt: VerificationTry = {
        ...placesOf(asked, next.locked || expired ? null : next),
        at: next.at,
        proof,
        codeId: code?._id ?? null,
        outcome: next.locked ? 'locked' : expired ? 'expired' : 'pending',
        // An expired code could not have been guessed and uses up no try.
        triesLeft: next.locked ? 0 : leftAfter(next) + (expired ? 1 : 0),
      };
      if (await tries.take(attempt)) return attempt;
    }
    throw new UpstreamError('verification.notStored', 'The store takes no try');
  }

  function leftAfter({ account, conversation, left }: Places & { left: number }): number {
    return Math.min(limits.maxTries - Math.max(account.n, conversation.n), left - 1);
  }

  /** The next try's places in each series; locked where one of them has none left. */
  async function nextTries({ accountKey, conversationId, ...from }: Counted) {
    const [ofAccount, ofConversation, ofNetwork, ofAddress] = await Promise.all([
      tries.latest('account', accountKey, limits.maxTries),
      tries.latest('conversation', conversationId, limits.maxTries),
      windowOf('network', from.network),
      windowOf('address', from.address),
    ]);
    const at = clock.now();
    const account = nextTry('account', accountKey, ofAccount, at, limits);
    const conversation = nextTry('conversation', conversationId, ofConversation, at, limits);
    const [network, address] = [placeAt(ofNetwork, at), placeAt(ofAddress, at)];
    if (account === null || conversation === null || network === null || address === null)
      return { locked: true as const, at };
    const left = Math.min(leftIn(ofNetwork, network), leftIn(ofAddress, address));
    return { locked: false as const, at, account, conversation, network, address, left };
  }

  /** What a network or an address has tried in its latest window; of none it costs the same. */
  async function windowOf(series: 'network' | 'address', key: string | null) {
    const [last] = await tries.latest(series, key ?? unknown, 1);
    const round = last?.[series]?.round ?? 0;
    const wrong = await tries.wrongIn({ series, key: key ?? unknown, round }, mostIn(series, limits));
    return { series, key, last, round, wrong };
  }

  function placeAt({ series, key, last, wrong }: Window, at: Date): TakenPlace | 'none' | null {
    return key === null ? 'none' : nextInWindow(series, key, last, wrong, at, limits);
  }

  /** A window that has just begun has no wrong ones. */
  function leftIn({ series, round, wrong }: Window, place: TakenPlace | 'none'): number {
    return mostIn(series, limits) - (place !== 'none' && place.round === round ? wrong : 0);
  }

  type Window = Awaited<ReturnType<typeof windowOf>>;

  function placesOf(asked: Counted, taken: Places | null) {
    const unplaced = { round: null, n: null, roundAt: null };
    const placeOf = (name: 'network' | 'address') => {
      const place = taken === null || taken[name] === 'none' ? null : taken[name];
      return place ?? (asked[name] === null ? null : { key: asked[name], ...unplaced });
    };
    return {
      _id: asked.requestId,
      argsHash: asked.argsHash,
      placed: taken !== null,
      account: taken?.account ?? { key: asked.accountKey, ...unplaced },
      conversation: taken?.conversation ?? { key: asked.conversationId, ...unplaced },
      network: placeOf('network'),
      address: placeOf('address'),
      purgeAt: new Date(machineNow().getTime() + keptForMs),
    };
  }
}

function sameRequest<Kept extends { argsHash: string }>(kept: Kept, { argsHash }: Counted): Kept {
  if (kept.argsHash !== argsHash)
    throw new ConflictError('action.conflict', 'A proof was repeated with other arguments');
  return kept;
}
