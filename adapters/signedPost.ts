import { createHmac, timingSafeEqual } from 'node:crypto';
import { CarrierUnavailable, type Delivery } from './channel.ts';

/** A receiver that does not answer in this time is tried again, in milliseconds of machine time. */
const defaultTimeoutMs = 10_000;
/** What is older, or from so far ahead, was not signed now; in seconds of machine time. */
const toleranceSeconds = 300;

export type Receiver = {
  /** What it is called in a delivery's code: `hub`, `pager`. */
  name: string;
  url: string;
  secret: string;
};

/**
 * Delivers a JSON body to a receiver's webhook, at least once: no answer, 5xx and 429 are tried again, another 4xx
 * has failed.
 * @throws CarrierUnavailable
 */
export async function deliverSigned(
  { name, url, secret }: Receiver,
  message: { id: string; body: string },
): Promise<Delivery> {
  const status = await signedPost(url, secret, message).catch((cause) => {
    throw new CarrierUnavailable(`the ${name} did not answer`, { cause });
  });
  if (status < 300) return { status: 'delivered' };
  if (status >= 500 || status === 429) throw new CarrierUnavailable(`the ${name} answered ${status}`);
  return { status: 'failed', code: `${name}.${status}` };
}

/**
 * Posts JSON to a receiver of ours, signed as the Standard Webhooks specification says: `webhook-id` (the same on
 * every try), `webhook-timestamp` and `webhook-signature`. Redirects are not followed: what is posted goes where it
 * was meant to go.
 * @returns the status that was answered; rejects where there was no answer.
 */
export async function signedPost(
  url: string,
  secret: string,
  { id, body }: { id: string; body: string },
  timeoutMs = defaultTimeoutMs,
): Promise<number> {
  const timestamp = String(Math.floor(Date.now() / 1000));
  const response = await fetch(url, {
    method: 'POST',
    redirect: 'manual',
    headers: {
      'content-type': 'application/json',
      'webhook-id': id,
      'webhook-timestamp': timestamp,
      'webhook-signature': signatureOf(secret, `${id}.${timestamp}.`, body),
    },
    body,
    signal: AbortSignal.timeout(timeoutMs),
  });
  await response.body?.cancel();
  return response.status;
}

/** `v1,` and the base64 HMAC-SHA256 of id, time and body, full stops between. */
const signatureOf = (secret: string, head: string, body: string | Buffer): string =>
  `v1,${createHmac('sha256', secret).update(head).update(body).digest('base64')}`;

/** Whether a body that came in was signed so within the last minutes; `webhook-signature` may list several. */
export function isSigned(
  secret: string,
  headers: Record<string, string | string[] | undefined>,
  body: Buffer,
  now: Date,
): boolean {
  const { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signatures } = headers;
  if (typeof id !== 'string' || typeof timestamp !== 'string' || typeof signatures !== 'string') return false;
  if (!/^\d{1,12}$/.test(timestamp)) return false;
  if (Math.abs(now.getTime() / 1000 - Number(timestamp)) > toleranceSeconds) return false;
  const wanted = Buffer.from(signatureOf(secret, `${id}.${timestamp}.`, body));
  return signatures.split(' ').some((signature) => {
    const given = Buffer.from(signature);
    return given.length === wanted.length && timingSafeEqual(given, wanted);
  });
}
