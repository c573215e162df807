import { randomBytes } from 'node:crypto';
import type { VerificationCode } from '../models/verificationCode.ts';
import type { VerificationTry } from '../models/verificationTry.ts';
import type { DistrictClock } from './clock.ts';
import { ConflictError, UpstreamError } from './errors.ts';
import type { Policy } from './policy.ts';
import { nextCode, nextInNetwork, nextTry, type TakenPlace } from './tryLimits.ts';

type SeriesName = 'account' | 'conversation' | 'network';

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
  wrongIn(network: { key: string; round: number }, most: number): Promise<number>;
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
  argsHash: string;
};

/** The places of one request; `none` where the channel knows no network. */
type Places = { account: TakenPlace; conversation: TakenPlace; network: TakenPlace | 'none' };

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
        ...placesOf(asked, placed ? { account, conversation, network } : null),
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

  function leftAfter({ account, conversation, wrong }: Places & { wrong: number }): number {
    const ofPlaces = limits.maxTries - Math.max(account.n, conversation.n);
    return Math.min(ofPlaces, limits.networkTries - wrong - 1);
  }

  /** The next try's places in each series; locked where one of them has none left. */
  async function nextTries({ accountKey, conversationId, network: from }: Counted) {
    const [ofAccount, ofConversation, ofNetwork] = await Promise.all([
      tries.latest('account', accountKey, limits.maxTries),
      tries.latest('conversation', conversationId, limits.maxTries),
      tries.latest('network', from ?? unknown, 1),
    ]);
    const last = ofNetwork[0];
    const window = { key: from ?? unknown, round: last?.network?.round ?? 0 };
    const inWindow = await tries.wrongIn(window, limits.networkTries);
    const at = clock.now();
    const account = nextTry('account', accountKey, ofAccount, at, limits);
    const conversation = nextTry('conversation', conversationId, ofConversation, at, limits);
    const network = from === null ? ('none' as const) : nextInNetwork(from, last, inWindow, at, limits);
    if (account === null || conversation === null || network === null) return { locked: true as const, at };
    // A window that has just begun has none.
    const wrong = network !== 'none' && network.round === window.round ? inWindow : 0;
    return { locked: false as const, at, account, conversation, network, wrong };
  }

  function placesOf(asked: Counted, taken: Places | null) {
    const unplaced = { round: null, n: null, roundAt: null };
    const network = taken === null || taken.network === 'none' ? null : taken.network;
    return {
      _id: asked.requestId,
      argsHash: asked.argsHash,
      placed: taken !== null,
      account: taken?.account ?? { key: asked.accountKey, ...unplaced },
      conversation: taken?.conversation ?? { key: asked.conversationId, ...unplaced },
      network: network ?? (asked.network === null ? null : { key: asked.network, ...unplaced }),
      purgeAt: new Date(machineNow().getTime() + keptForMs),
    };
  }
}

function sameRequest<Kept extends { argsHash: string }>(kept: Kept, { argsHash }: Counted): Kept {
  if (kept.argsHash !== argsHash)
    throw new ConflictError('action.conflict', 'A proof was repeated with other arguments');
  return kept;
}
