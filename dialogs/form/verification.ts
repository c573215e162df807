import type { Access, Action, Level } from '../../services/access.ts';
import { asAccountNumber } from '../../services/accountNumber.ts';
import { asChoice, asCode, asZip } from './answers.ts';
import type { Checked, Field, FormContext } from './task.ts';

type Needs = Action | Level;

/** Whether the customer has not proven yet what an action needs, on the channel they are on. */
export const mayNot =
  (needs: Needs, access: Pick<Access, 'allows'>) =>
  ({ turn }: FormContext): boolean =>
    !access.allows(needs, { proof: turn.proof, channel: turn.channelId }).ok;

const byPin = ({ values }: FormContext) => values.proofBy === 'byPin';

const via = (context: FormContext): 'phone' | 'email' =>
  context.values.proofBy === 'byEmail' ? 'email' : 'phone';
const claimed = ({ turn, values }: FormContext) => ({
  conversationId: turn.conversationId,
  network: turn.network,
  address: turn.address,
  accountNumber: String(values.accountNumber),
  zip: String(values.zip),
});

/** A wrong account, a wrong ZIP code and a wrong proof are answered alike: nobody learns that an account exists. */
async function prove(context: FormContext, proof: string): Promise<Checked> {
  const { turn, services } = context;
  const claim = claimed(context);
  const requestId = await turn.requestId('verification.check', 'claim');
  const result = byPin(context)
    ? await services.verification.checkPin({ requestId, ...claim, pin: proof })
    : await services.verification.checkCode({ requestId, ...claim, code: proof });
  if (!result.ok) {
    const { reason, triesLeft } = result;
    if (reason === 'locked' || triesLeft === 0) return { ok: false, say: 'locked', person: true };
    if (reason === 'expired') return { ok: false, say: 'expired', forget: ['code'] };
    return { ok: false, say: 'notMatched', with: { triesLeft } };
  }
  const { accountId, level, by, customerName } = result;
  const { accountNumber } = claim;
  turn.proof = { accountId, accountNumber, level, ...(by && { by }), at: turn.now, customerName };
  return { ok: true, value: true };
}

/** L1: the ZIP code that goes with the account number is proof enough. */
async function match(zip: unknown, context: FormContext): Promise<Checked> {
  const { turn, services } = context;
  const claim = { ...claimed(context), zip: String(zip) };
  const requestId = await turn.requestId('verification.match', 'claim');
  const result = await services.verification.checkAccount({ requestId, ...claim });
  if (!result.ok) {
    const { triesLeft } = result;
    if (triesLeft === 0) return { ok: false, say: 'locked', person: true };
    return { ok: false, say: 'notMatched', with: { triesLeft } };
  }
  const { accountId, level, customerName } = result;
  turn.proof = { accountId, accountNumber: claim.accountNumber, level, at: turn.now, customerName };
  return { ok: true };
}

const resend =
  /\b(again|resend|another|new (code|one)|didn'?t (get|receive|come)|not (get|got|received)|otra vez|otro codigo|no (me )?lleg)/i;

/** Who the customer is: account number and ZIP code, then a code to the contact on file or the PIN. */
export const verificationFields: Field[] = [
  {
    name: 'accountNumber',
    ask: 'askAccountNumber',
    example: 'exampleAccountNumber',
    parse: asAccountNumber,
    spot: asAccountNumber,
    resets: ['code', 'pin'],
  },
  {
    name: 'zip',
    ask: 'askZip',
    example: 'exampleZip',
    parse: asZip,
    resets: ['code', 'pin'],
  },
  {
    name: 'proofBy',
    ask: 'askProofBy',
    choices: ['byText', 'byEmail', 'byPin'],
    parse: (text) =>
      asChoice(text, {
        byPin: /\bpin\b|^3$/,
        byEmail: /e-?mail|correo|^2$/,
        byText: /text|sms|phone|cell|mensaje|telefono|celular|^1$/,
      }),
  },
  {
    name: 'code',
    ask: 'askCode',
    example: 'exampleCode',
    secret: true,
    when: (context) => !byPin(context),
    async prepare(context) {
      const claim = claimed(context);
      const requestId = await context.turn.requestId('verification.sendCode', 'claim');
      const { language } = context.turn;
      const sent = await context.services.verification.sendCode({
        requestId,
        ...claim,
        via: via(context),
        language,
      });
      if (sent.ok) return undefined;
      if (sent.reason === 'tooManyCodes') return { ok: false, say: 'tooManyCodes', forget: ['proofBy'] };
      return { ok: false, say: 'locked', person: true };
    },
    parse: (text, { services }) =>
      resend.test(text) ? 'resend' : asCode(text, services.policy.verify.codeDigits),
    async check(value, context) {
      if (value === 'resend') return { ok: false, say: 'resent', forget: ['code'] };
      return prove(context, String(value));
    },
  },
  {
    name: 'pin',
    ask: 'askPin',
    example: 'examplePin',
    secret: true,
    when: byPin,
    parse: (text) => /(?<!\d)\d{4}(?!\d)/.exec(text.replace(/(?<=\d)[ -](?=\d)/g, ''))?.[0] ?? null,
    check: (value, context) => prove(context, String(value)),
  },
];

/**
 * The questions that prove what a task needs, none of them asked once it is proven: at L1 account number and ZIP, at
 * L2 a code or the PIN as well.
 */
export function provingFields(needs: Needs, access: Pick<Access, 'allows' | 'levelOf'>): Field[] {
  const level = access.levelOf(needs);
  if (level === 'L0') return [];
  const open = mayNot(needs, access);
  const fields =
    level === 'L1'
      ? verificationFields
          .filter(({ name }) => name === 'accountNumber' || name === 'zip')
          .map((field) => (field.name === 'zip' ? { ...field, check: match } : field))
      : verificationFields;
  return fields.map((field) => ({
    ...field,
    when: (context) => open(context) && field.when?.(context) !== false,
  }));
}
