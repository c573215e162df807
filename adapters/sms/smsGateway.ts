import twilio from 'twilio';
import { CarrierUnavailable, type Channel, type Delivery, type Outgoing } from '../channel.ts';

export type SmsConfig = {
  accountSid: string;
  authToken: string;
  from?: string;
  messagingServiceSid?: string;
  /** The sandbox carrier's address; unset it is Twilio's own. */
  baseUrl?: string;
};

/** A call to the carrier is given up after this long, in milliseconds. */
const timeoutMs = 10_000;
/** The customer's number itself is the reason: sending again cannot help. */
const refusals: Record<number, Delivery['status']> = { 21610: 'refused', 21408: 'refused' };

/** Texts by Twilio's REST API, through its own SDK; the sandbox carrier speaks the same. */
export function createSmsChannel(config: SmsConfig): Channel {
  const client = twilio(config.accountSid, config.authToken, { timeout: timeoutMs, autoRetry: false });
  if (config.baseUrl) client.api.baseUrl = config.baseUrl;
  const sender = config.messagingServiceSid
    ? { messagingServiceSid: config.messagingServiceSid }
    : { from: config.from };

  /** Whether the carrier already has the text: the first try may have been cut off after it arrived. */
  async function find({ to, text }: Outgoing): Promise<Delivery | null> {
    const sent = await client.messages.list({ to, pageSize: 50, limit: 50 });
    const found = sent.find((message) => message.body === text);
    return found ? { status: 'delivered', carrierId: found.sid } : null;
  }

  return {
    id: 'sms',
    async deliver(outgoing) {
      try {
        const known = outgoing.inDoubt ? await find(outgoing) : null;
        if (known) return known;
        const message = await client.messages.create({ to: outgoing.to, body: outgoing.text, ...sender });
        return { status: 'delivered', carrierId: message.sid };
      } catch (err) {
        return toDelivery(err);
      }
    },
  };
}

/** The customer has texted STOP to the carrier. */
const optedOut = 21610;

/** Only what certainly was not sent is tried again; a POST that may have arrived is `unknown`. */
function toDelivery(err: unknown): Delivery {
  const { status, code } = err as { status?: number; code?: number | string };
  const neverArrived = code === 'ECONNREFUSED' || code === 'ENOTFOUND' || code === 'EAI_AGAIN';
  if (status === 429 || neverArrived)
    throw new CarrierUnavailable('the text carrier does not answer', { cause: err });
  if (status !== undefined && status < 500)
    return {
      status: refusals[Number(code)] ?? 'failed',
      code: `twilio.${code ?? status}`,
      ...(Number(code) === optedOut ? { optedOut: true } : {}),
    };
  return { status: 'unknown', code: `twilio.${status ?? 'noAnswer'}` };
}
