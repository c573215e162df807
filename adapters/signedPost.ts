import { createHmac } from 'node:crypto';

/** A receiver that does not answer in this time is tried again, in milliseconds of machine time. */
const timeoutMs = 10_000;

/**
 * Posts JSON to a receiver of ours, signed as the Standard Webhooks specification says: `webhook-id` (the same on
 * every try), `webhook-timestamp` and `webhook-signature` (`v1,` and the base64 HMAC-SHA256 of id, time and body).
 * Redirects are not followed: what is posted goes where it was meant to go.
 * @returns the status that was answered; rejects where there was no answer.
 */
export async function signedPost(url: string, secret: string, { id, body }: { id: string; body: string }) {
  const timestamp = String(Math.floor(Date.now() / 1000));
  const signature = createHmac('sha256', secret).update(`${id}.${timestamp}.${body}`).digest('base64');
  const response = await fetch(url, {
    method: 'POST',
    redirect: 'manual',
    headers: {
      'content-type': 'application/json',
      'webhook-id': id,
      'webhook-timestamp': timestamp,
      'webhook-signature': `v1,${signature}`,
    },
    body,
    signal: AbortSignal.timeout(timeoutMs),
  });
  await response.body?.cancel();
  return response.status;
}
