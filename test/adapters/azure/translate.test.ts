import fc from 'fast-check';
import { asIncoming, cleaned, conversationIdOf } from '../../../adapters/azure/incoming.ts';
import { toInbound } from '../../../adapters/azure/translate.ts';
import { HttpError } from '../../../adapters/http.ts';

const envelope = {
  channelId: 'msteams',
  serviceUrl: 'https://smba.example.com/amer/',
  conversation: { id: 'a:1' },
  from: { id: '29:ana', name: 'Ana' },
  recipient: { id: '28:bot' },
};

describe('An activity of Azure', () => {
  it('is understood or refused, whatever is in it', () => {
    const type = fc.constantFrom('message', 'event', 'invoke', 'conversationUpdate', 'typing', 'x');
    const parts = fc.record(
      {
        type,
        id: fc.oneof(fc.string(), fc.jsonValue()),
        text: fc.jsonValue(),
        name: fc.jsonValue(),
        value: fc.jsonValue(),
        attachments: fc.jsonValue(),
        membersAdded: fc.jsonValue(),
        from: fc.oneof(fc.constant(envelope.from), fc.jsonValue()),
        conversation: fc.oneof(fc.record({ id: fc.string() }), fc.jsonValue()),
        locale: fc.jsonValue(),
      },
      { requiredKeys: ['type'] },
    );
    fc.assert(
      fc.property(parts, (sent) => {
        try {
          const inbound = toInbound(asIncoming(cleaned({ ...envelope, ...sent })));
          if (inbound) expect(`${inbound.conversationId} ${inbound.key}`).toMatch(/^[\w-]+ [\w:-]+$/);
        } catch (error) {
          expect(error).toMatchObject({ status: 400 });
          expect(error).toBeInstanceOf(HttpError);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('belongs to one conversation of one channel, however their ids are put together', () => {
    const idOf = (channelId: string, id: string) =>
      conversationIdOf(asIncoming({ ...envelope, type: 'message', channelId, conversation: { id } }));
    expect(idOf('msteams', 'a:1')).toBe(idOf('msteams', 'a:1'));
    expect(new Set([idOf('a', 'bc'), idOf('ab', 'c'), idOf('a","b', 'c')]).size).toBe(3);
  });

  it('keeps a link only where it leads over TLS to the service that vouched for itself', () => {
    const link = (contentUrl: unknown) => {
      const attachments = [{ contentType: 'image/png', name: 'a.png', contentUrl }];
      const sent = asIncoming({ ...envelope, type: 'message', id: '1', attachments });
      const [kept] = toInbound(sent)?.activity?.attachments ?? [];
      return (kept as { contentUrl?: string } | undefined)?.contentUrl;
    };
    expect(link('https://smba.example.com/files/1')).toBe('https://smba.example.com/files/1');
    for (const other of ['http://smba.example.com/1', 'https://evil.example/1', 'data:image/png;base64,', 7])
      expect(link(other)).toBeUndefined();
  });
});
