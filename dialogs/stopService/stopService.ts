import { asDay } from '../../language/entities/day.ts';
import { sayDay } from '../dates.ts';
import { asMailingAddress } from '../form/answers.ts';
import type { FormContext, TaskDialog } from '../form/task.ts';
import { en } from './messages.en.ts';
import { es } from './messages.es.ts';

const dayIn = (text: string, { turn, services }: FormContext) => asDay(text, services.today(), turn.language);

const afterForwarding =
  /(?:(?:last|final|closing) bill (?:to|at)|forward(?:ing address)?(?: is| to)?:?|(?:última|ultima) factura a)\s+(.{8,200})/i;

/** Ends water service at a customer's address on a day they choose. */
export const stopService: TaskDialog = {
  kind: 'stopService',
  version: 1,
  intents: ['StopService'],
  needs: 'stopService',
  skill: 'service',
  fields: [
    {
      name: 'lastDay',
      ask: 'askLastDay',
      example: 'exampleLastDay',
      parse: dayIn,
      spot: (text, context) => dayIn(text.replace(afterForwarding, ''), context),
      async check(day, { turn, services }) {
        const checked = services.serviceOrders.checkStopDate(String(day));
        if (checked.ok) return checked;
        const earliest = sayDay(checked.earliest, turn.language, services.today());
        return { ok: false, say: checked.reason, with: { earliest } };
      },
    },
    {
      name: 'forwardingAddress',
      ask: 'askForwarding',
      example: 'exampleForwarding',
      parse: asMailingAddress,
      spot: (text) => asMailingAddress(afterForwarding.exec(text)?.[1] ?? ''),
    },
  ],
  confirm: {
    say: 'summary',
    with: ({ turn, services, values }) => ({
      lastDay: sayDay(String(values.lastDay), turn.language, services.today()),
      forwardingAddress: values.forwardingAddress,
    }),
  },
  async finish({ turn, services, values }) {
    const accountId = turn.proof?.accountId ?? '';
    const result = await services.serviceOrders.stop({
      requestId: await turn.requestId('serviceOrder.stop', accountId),
      conversationId: turn.conversationId,
      accountId,
      lastDay: String(values.lastDay),
      forwardingAddress: String(values.forwardingAddress),
    });
    if (!result.ok) return { say: 'notBooked', person: true, refused: result };
    const { orderNumber, effectiveOn } = result.order;
    return {
      say: result.confirmation === 'confirmed' ? 'booked' : 'pending',
      with: {
        orderNumber,
        lastDay: sayDay(effectiveOn, turn.language, services.today()),
        finalBillDays: services.policy.stop.finalBillDays,
      },
      done: { event: 'serviceOrder.booked', detail: { orderNumber, effectiveOn } },
    };
  },
  words: { en, es },
};
