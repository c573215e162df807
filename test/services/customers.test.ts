import fc from 'fast-check';
import { AuditEntryModel } from '../../models/auditEntry.ts';
import { AuthorisedPersonModel } from '../../models/authorisedPerson.ts';
import { BlockedSenderModel } from '../../models/blockedSender.ts';
import { ContactChangeModel } from '../../models/contactChange.ts';
import { CustomerModel } from '../../models/customer.ts';
import { CustomerMergeModel } from '../../models/customerMerge.ts';
import { PendingChangeModel } from '../../models/pendingChange.ts';
import { SubstituteAddressModel } from '../../models/substituteAddress.ts';
import { VerificationCodeModel } from '../../models/verificationCode.ts';
import { VerificationTryModel } from '../../models/verificationTry.ts';
import { asEmail, asName, asOneLine, asPhone } from '../../services/customers/given.ts';
import { createCustomersService, shieldRecords } from '../../services/customers.ts';
import { seedSampleDistrict } from '../../services/sampleDistrict.ts';
import { sampleId } from '../../services/sampleHistory.ts';
import { openDistrict, openStore } from './district.ts';

const start = '2026-11-23T20:00:00Z';
const maria = sampleId('account', '10023414');
const other = sampleId('account', '10048726');
const csr = { id: 'csr-2', role: 'csr2' as const };
const lead = { id: 'csr-9', role: 'lead' as const };
const supervisor = { id: 'csr-1', role: 'supervisor' as const };
const customer = { id: 'customer', conversationId: 'c1' };

let store: Awaited<ReturnType<typeof openStore>>;
let district: Awaited<ReturnType<typeof openDistrict>>;
let before: Awaited<ReturnType<typeof customersNow>>;
let count = 0;
const newRequest = () => `request-${++count}`;
const customersNow = () => CustomerModel.find({}).sort({ _id: 1 }).lean();
const customers = () => district.customers;
const asked = (accountId = maria, by: object = customer) => ({
  requestId: newRequest(),
  accountId,
  by: by as typeof customer,
});

beforeAll(async () => {
  store = await openStore();
  district = await openDistrict(start);
  const { policy, clock } = district;
  await seedSampleDistrict({ districtDir: 'district', policy, clock, neighbours: 60 });
  before = await customersNow();
});
afterAll(() => store?.close());
beforeEach(async () => {
  district.clock.set(start);
  district.notices.clear();
  const used = [
    AuditEntryModel,
    AuthorisedPersonModel,
    BlockedSenderModel,
    ContactChangeModel,
    CustomerMergeModel,
    PendingChangeModel,
    SubstituteAddressModel,
    VerificationCodeModel,
    VerificationTryModel,
    CustomerModel,
  ];
  await Promise.all(used.map((model) => (model as typeof CustomerModel).deleteMany({})));
  await CustomerModel.insertMany(before, { lean: true });
});

const sent = () => [...district.notices.values()].map(({ to, template }) => `${template} ${to}`).sort();

describe('a CSR who looks a customer up', () => {
  it.each([
    ['accountNumber', '1002-3414'],
    ['phone', '(510) 555-0101'],
    ['email', 'M.Okafor@example.com'],
    ['name', 'maria ok'],
    ['name', 'OKAF'],
  ] as const)('finds them by %s "%s", and the look is in the audit log', async (by, value) => {
    const found = await customers().find({ requestId: newRequest(), by: csr, query: { by, value } });
    expect(found).toMatchObject({ ok: true, matches: [{ accountId: maria, customerName: 'Maria Okafor' }] });
    expect(await AuditEntryModel.find({ accountId: maria }).lean()).toMatchObject([
      { actor: 'csr-2', action: 'account.looked' },
    ]);
    expect(JSON.stringify(await AuditEntryModel.find({}).lean())).not.toMatch(/okaf|5550101|10023414/i);
  });

  it('finds them by the beginning of an address', async () => {
    const address = await customers().serviceAddressOf(asked(maria, csr));
    if (!address.ok) throw new Error('there is an address');
    const value = address.address.toLowerCase().slice(0, -3);
    const query = { by: 'address' as const, value };
    const found = await customers().find({ requestId: newRequest(), by: csr, query });
    expect(found).toMatchObject({ ok: true });
    expect(found.ok && found.matches.map(({ accountId }) => accountId)).toContain(maria);
  });

  it('finds them by an address as people write it', async () => {
    const query = { by: 'address' as const, value: '12 alder crk road' };
    const found = await customers().find({ requestId: newRequest(), by: csr, query });
    expect(found).toMatchObject({ ok: true, matches: [{ accountId: maria }], cursor: null });
  });

  it('reads all of them page by page, none twice', async () => {
    const query = { by: 'name' as const, value: 'ma' };
    const all = await customers().find({ requestId: newRequest(), by: csr, query, limit: 50 });
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const page = await customers().find({ requestId: newRequest(), by: csr, query, limit: 1, cursor });
      if (!page.ok) throw new Error('a page');
      seen.push(...page.matches.map(({ accountId }) => accountId));
      cursor = page.cursor;
    } while (cursor !== null);
    expect(seen.length).toBeGreaterThan(1);
    expect(new Set(seen).size).toBe(seen.length);
    expect(all.ok && all.matches.map(({ accountId }) => accountId).sort()).toEqual(seen.sort());
  });

  it.each([
    ['accountNumber', '12'],
    ['phone', 'call me'],
    ['email', 'nobody'],
    ['name', 'a'],
    ['address', '  '],
    ['name', 'x'.repeat(500)],
  ] as const)('hears badQuery for %s "%s"', async (by, value) => {
    const found = await customers().find({ requestId: newRequest(), by: csr, query: { by, value } });
    expect(found).toEqual({ ok: false, reason: 'badQuery' });
  });

  it('must be a CSR', async () => {
    const query = { by: 'name' as const, value: 'maria' };
    expect(await customers().find({ requestId: newRequest(), by: customer, query })).toEqual({
      ok: false,
      reason: 'notAllowed',
    });
  });
});

describe('a customer who changes a contact', () => {
  const phone = '(510) 555-0177';

  it('has it on file; the old phone is told, the new one confirmed, and refunds wait ten days', async () => {
    expect(await customers().refundHeldUntil(maria)).toBeNull();
    const answer = await customers().changeContacts({ ...asked(), contacts: { phone } });
    expect(answer).toEqual({ ok: true, status: 'confirmed', changed: ['phone'] });
    expect(await district.records.contacts(maria)).toMatchObject({ phone: '+15105550177' });
    expect(sent()).toEqual([
      'contactAdded +15105550177',
      'contactChanged +15105550101',
      'contactChanged m.okafor@example.com',
    ]);
    expect(await customers().refundHeldUntil(maria)).toBe('2026-12-03');
    district.clock.set('2026-12-03T20:00:00Z');
    expect(await customers().refundHeldUntil(maria)).toBeNull();
    const [change] = await AuditEntryModel.find({ action: 'customer.contactsChanged' }).lean();
    expect(change?.details).toMatchObject({ phoneOld: '•••-•••-••01', phoneNew: '•••-•••-••77' });
  });

  it('gets codes at the phone before for ten days, wherever they ask from', async () => {
    await customers().changeContacts({ ...asked(), contacts: { phone } });
    await customers().changeContacts({ ...asked(), contacts: { phone: '+15105550188' } });
    const toOf = async (conversationId: string) => {
      const requestId = newRequest();
      const who = { accountNumber: '10023414', zip: '94538', language: 'en' };
      await district.verification.sendCode({ requestId, conversationId, ...who, via: 'phone' });
      return district.noticeOf(requestId)?.to;
    };
    expect(await toOf('c1')).toBe('+15105550101');
    expect(await toOf('c2')).toBe('+15105550101');
    district.clock.pass(11 * 24 * 60);
    expect(await toOf('c3')).toBe('+15105550188');
  });

  it('gets no code at a phone that was given in the same conversation, where there was none before', async () => {
    await CustomerModel.updateOne({ accountIds: maria }, { $set: { phone: null } });
    await customers().changeContacts({ ...asked(), contacts: { phone } });
    const who = { accountNumber: '10023414', zip: '94538', via: 'phone' as const, language: 'en' };
    const [here, elsewhere] = [newRequest(), newRequest()];
    await district.verification.sendCode({ requestId: here, conversationId: 'c1', ...who });
    await district.verification.sendCode({ requestId: elsewhere, conversationId: 'c2', ...who });
    expect(district.noticeOf(here)?.to).toBeNull();
    expect(district.noticeOf(elsewhere)?.to).toBe('+15105550177');
  });

  it('has one change after the same request came 100 times at once', async () => {
    const same = {
      ...asked(),
      contacts: { email: 'new@example.com', mailingAddress: '9 Elm St, Reno NV 89501' },
    };
    const answers = await Promise.all(Array.from({ length: 100 }, () => customers().changeContacts(same)));
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect((await CustomerModel.ofAccount(maria))?.revision).toBe(1);
    expect(await ContactChangeModel.countDocuments({})).toBe(1);
    expect(await AuditEntryModel.countDocuments({})).toBe(2);
  });

  it('loses no change to another who changes at the same time: one of them is asked to look again', async () => {
    const read = await customers().contactsOf(asked(maria, csr));
    const revision = (read.ok && read.contacts.revision) || 0;
    const answers = await Promise.all(
      Array.from({ length: 100 }, (_, place) =>
        customers().changeContacts({
          ...asked(maria, { id: `csr-${place}`, role: 'csr1' }),
          revision,
          contacts: { email: `csr${place}@example.com` },
        }),
      ),
    );
    const done = answers.flatMap((answer, place) => (answer.ok ? [place] : []));
    expect(done).toHaveLength(1);
    expect(await district.records.contacts(maria)).toMatchObject({
      email: `csr${done[0]}@example.com`,
      revision: 1,
    });
    for (const answer of answers.filter(({ ok }) => !ok))
      expect(answer).toEqual({ ok: false, reason: 'changedMeanwhile' });
  });

  it.each([
    ['badPhone', { phone: '12345' }],
    ['badPhone', { phone: '+1 510 555 0101 ext. 5' }],
    ['badEmail', { email: 'me at home' }],
    ['badEmail', { email: 'a@b' }],
    ['badAddress', { mailingAddress: 'here' }],
    ['badLanguage', { language: 'tlh' }],
    ['nothingGiven', {}],
    ['nothingChanges', { phone: '510-555-0101' }],
  ])('hears %s, and nothing is changed', async (reason, contacts) => {
    expect(await customers().changeContacts({ ...asked(), contacts })).toEqual({ ok: false, reason });
    expect(await customersNow()).toEqual(before);
    expect(district.notices.size).toBe(0);
  });

  it('hears noAccount for one that is not there', async () => {
    const answer = await customers().changeContacts({ ...asked('nobody'), contacts: { phone } });
    expect(answer).toEqual({ ok: false, reason: 'noAccount' });
  });

  it('meets a person where the same request asks for something else', async () => {
    const same = asked();
    await customers().changeContacts({ ...same, contacts: { phone } });
    const again = customers().changeContacts({ ...same, contacts: { phone: '+15105550188' } });
    await expect(again).rejects.toMatchObject({ code: 'action.conflict' });
  });

  it.each(['ask', 'settle', 'submit', 'enqueueNotice', 'note'])(
    'ends with the same when the process died after `%s`',
    async (write) => {
      const deps = district.customersDeps;
      const dyingIn = <Part extends object>(part: Part): Part =>
        new Proxy(part, {
          get: (target, name) => {
            const verb = target[name as keyof Part];
            if (typeof verb !== 'function') return verb;
            if (name !== write) return verb.bind(target);
            return async (...args: unknown[]) => {
              await verb.apply(target, args);
              throw new Error('died');
            };
          },
        });
      const dying = createCustomersService({
        ...deps,
        changes: dyingIn(deps.changes),
        contactChanges: dyingIn(deps.contactChanges),
        outbox: dyingIn(deps.outbox),
        audit: dyingIn(deps.audit),
      });
      const same = { ...asked(), contacts: { phone } };
      await expect(dying.changeContacts(same)).rejects.toThrow('died');
      expect(await customers().changeContacts(same)).toEqual({
        ok: true,
        status: 'confirmed',
        changed: ['phone'],
      });
      expect(sent()).toHaveLength(3);
      expect((await CustomerModel.ofAccount(maria))?.revision).toBe(1);
      expect((await AuditEntryModel.distinct('action')).sort()).toEqual([
        'customer.contactsAsked',
        'customer.contactsChanged',
      ]);
      expect(await ContactChangeModel.findOne({}).lean()).toMatchObject({ status: 'confirmed' });
    },
  );
});

describe('what people write', () => {
  it('never breaks the readers, and what they read is read again as the same', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 300 }), (text) => {
        for (const read of [asPhone, asEmail, asName, asOneLine]) {
          const once = read(text);
          if (once !== null) expect(read(once)).toBe(once);
        }
      }),
    );
  });
});

describe('a change of name', () => {
  it('needs a CSR who has seen a photo ID, and says which', async () => {
    const name = 'Maria Okafor-Diaz';
    expect(await customers().changeName({ ...asked(), name, seen: 'passport' })).toMatchObject({
      reason: 'notAllowed',
    });
    expect(await customers().changeName({ ...asked(maria, csr), name, seen: 'a letter' })).toMatchObject({
      reason: 'needsPhotoId',
    });
    expect(
      await customers().changeName({ ...asked(maria, csr), name: '<b>', seen: 'passport' }),
    ).toMatchObject({
      reason: 'badName',
    });
    expect(await customers().changeName({ ...asked(maria, csr), name, seen: 'passport' })).toMatchObject({
      ok: true,
    });
    expect(await CustomerModel.ofAccount(maria)).toMatchObject({ name, lastNameKey: 'diaz maria okafor' });
    expect(await AuditEntryModel.findOne({ action: 'customer.photoIdSeen' }).lean()).toMatchObject({
      details: { seen: 'passport' },
    });
  });
});

describe('somebody else', () => {
  it('may ask once the customer has said so, until they take it back, and never changes anything', async () => {
    const name = 'José Okafor';
    expect(await customers().mayAsk({ ...asked(maria, csr), name })).toBe(false);
    const same = { ...asked(), name };
    const added = await Promise.all(Array.from({ length: 20 }, () => customers().addAuthorised(same)));
    expect(new Set(added.map((one) => JSON.stringify(one))).size).toBe(1);
    expect(await customers().addAuthorised({ ...asked(), name: 'jose  okafor' })).toMatchObject({
      reason: 'alreadyThere',
    });
    expect(await customers().mayAsk({ ...asked(maria, csr), name: 'jose okafor' })).toBe(true);
    expect(await customers().mayAsk({ ...asked(other, csr), name })).toBe(false);
    const twice = await Promise.all(
      Array.from({ length: 20 }, () => customers().addAuthorised({ ...asked(), name: 'Ann Lee' })),
    );
    expect(twice.filter(({ ok }) => ok)).toHaveLength(1);
    const people = await customers().authorisedOf(asked(maria, csr));
    const person = people.find((one) => one.name === name);
    const removing = { ...asked(), personId: person?.personId ?? '' };
    expect(await customers().removeAuthorised({ ...removing, accountId: other })).toMatchObject({
      reason: 'notThere',
    });
    expect(await customers().removeAuthorised(removing)).toMatchObject({ ok: true });
    expect(await customers().mayAsk({ ...asked(maria, csr), name })).toBe(false);
  });
});

describe('a PIN', () => {
  const claim = { conversationId: 'pin', accountNumber: '10023414', zip: '94538' };
  const check = (pin: string) => district.verification.checkPin({ requestId: newRequest(), ...claim, pin });

  it('is changed once, the contact on file is told, and a late repeat brings no old one back', async () => {
    const first = { ...asked(), pin: '7305' };
    const answers = await Promise.all(Array.from({ length: 20 }, () => customers().changePin(first)));
    expect(answers.every(({ ok }) => ok)).toBe(true);
    expect(sent()).toEqual(['pinChanged +15105550101']);
    expect(await check('7305')).toMatchObject({ ok: true, level: 'L2', by: 'pin' });
    await customers().changePin({ ...asked(), pin: '9164' });
    await customers().changePin(first);
    expect(await check('9164')).toMatchObject({ ok: true });
    await expect(customers().changePin({ ...first, pin: '8520' })).rejects.toMatchObject({
      code: 'action.conflict',
    });
    await customers().changePin({ ...asked(), pin: '4821' });
  });

  it.each([
    ['badPin', '12'],
    ['badPin', 'abcd'],
    ['easyPin', '1111'],
    ['easyPin', '1234'],
    ['easyPin', '9876'],
    ['easyPin', '4242'],
    ['guessablePin', '3414'],
    ['guessablePin', '0101'],
  ])('is refused as %s: %s', async (reason, pin) => {
    const wanted = pin === '0101' ? 'easyPin' : reason;
    expect(await customers().changePin({ ...asked(), pin })).toEqual({ ok: false, reason: wanted });
    expect(await check('4821')).toMatchObject({ ok: true });
  });
});

describe('a protected address (Safe at Home)', () => {
  it('is hidden from everybody but leads, from searches by address, and from the bot', async () => {
    const protecting = { ...asked(maria, lead), address: 'PO Box 846, Sacramento CA 95812' };
    expect(await customers().protectAddress({ ...protecting, by: csr as never })).toMatchObject({
      reason: 'notAllowed',
    });
    const truth = await district.records.accountById(maria);
    const premise = await district.records.serviceLocation(truth?.serviceLocationId ?? '');
    expect(await customers().protectAddress(protecting)).toEqual({ ok: true });
    expect(await customers().protectAddress(protecting)).toEqual({ ok: true });
    const shown = await customers().serviceAddressOf(asked(maria, csr));
    expect(shown).toEqual({ ok: true, address: protecting.address, zip: '', isSubstitute: true });
    expect(await customers().serviceAddressOf(asked(maria, lead))).toMatchObject({
      address: premise?.address,
    });
    const bot = shieldRecords(district.records, SubstituteAddressModel);
    expect(await bot.serviceLocation(premise?.serviceLocationId ?? '')).toMatchObject({
      address: protecting.address,
    });
    expect(await bot.contacts(maria)).toMatchObject({ mailingAddress: protecting.address });
    const query = { by: 'address' as const, value: premise?.address ?? '' };
    const found = await customers().find({ requestId: newRequest(), by: csr, query });
    expect(found.ok && found.matches).toEqual([]);
    const named = await customers().find({
      requestId: newRequest(),
      by: csr,
      query: { by: 'name', value: 'Maria Okafor' },
    });
    expect(named).toMatchObject({ matches: [{ serviceLocationId: '', mailingAddress: protecting.address }] });
    expect((await AuditEntryModel.find({ actor: 'csr-9' }).lean()).map(({ action }) => action)).toContain(
      'account.protectedAddressSeen',
    );
    await customers().unprotectAddress(asked(maria, lead));
    expect(await customers().serviceAddressOf(asked(maria, csr))).toMatchObject({
      address: premise?.address,
    });
  });
});

describe('a protected customer with another account', () => {
  it('is hidden there too, also where it was begun later, and nobody else is', async () => {
    const { substitutes } = district.customersDeps;
    const bot = shieldRecords(district.records, substitutes);
    const address = 'PO Box 846, Sacramento CA 95812';
    const moved = await district.records.accountById(other);
    const premise = await district.records.serviceLocation(moved?.serviceLocationId ?? '');
    const there = premise?.serviceLocationId ?? '';
    await customers().protectAddress({ ...asked(maria, lead), address });
    expect(await bot.serviceLocation(there)).toMatchObject({ address: premise?.address });
    // The other account becomes hers, as by a transfer of service.
    const owner = await CustomerModel.ofAccount(maria);
    await CustomerModel.giveUp((await CustomerModel.ofAccount(other))?._id ?? '', [other]);
    await CustomerModel.takeOver(owner?._id ?? '', [other]);
    await CustomerModel.updateOne({ _id: owner?._id }, { $set: { mailingAddress: premise?.address } });
    expect(await bot.serviceLocation(there)).toMatchObject({ address, zip: '' });
    expect(await bot.contacts(other)).toMatchObject({ mailingAddress: address });
    expect(await customers().serviceAddressOf(asked(other, csr))).toMatchObject({
      isSubstitute: true,
      address,
    });
    expect(await customers().contactsOf(asked(other, csr))).toMatchObject({
      contacts: { mailingAddress: address },
    });
    for (const query of [
      { by: 'address' as const, value: premise?.address ?? '' },
      { by: 'name' as const, value: 'Maria Okafor' },
    ]) {
      const found = await customers().find({ requestId: newRequest(), by: csr, query });
      expect(JSON.stringify(found)).not.toContain(premise?.address);
      if (query.by === 'address') expect(found.ok && found.matches).toEqual([]);
    }
  });
});

describe('a sender who is blocked', () => {
  it.each([
    ['sms', '(510) 555-0133', '+15105550133'],
    ['email', 'Spam@Example.com', 'spam@example.com'],
    ['webchat', 'dl_abcdefgh', 'dl_abcdefgh'],
    ['azure', '29:1aB+/c==', '29:1aB+/c=='],
  ] as const)(
    'on %s stays so until the day that was said, or until it is undone',
    async (channel, given, sender) => {
      const until = new Date('2026-11-30T08:00:00Z');
      const same = { requestId: newRequest(), channel, sender: given, reason: 'Threats', by: csr };
      expect(await customers().blocked({ channel, sender })).toBeNull();
      const blocked = await customers().blockSender({ ...same, until });
      await customers().blockSender({ ...same, until });
      expect(blocked).toMatchObject({ ok: true, block: { reason: 'Threats', by: 'csr-2', until } });
      expect(await customers().blocked({ channel, sender })).toMatchObject({ reason: 'Threats' });
      expect(await customers().blockedSenders({ by: csr })).toHaveLength(1);
      district.clock.set('2026-11-30T08:00:00Z');
      expect(await customers().blocked({ channel, sender })).toBeNull();
      const forever = await customers().blockSender({ ...same, requestId: newRequest() });
      expect(await customers().blocked({ channel, sender })).not.toBeNull();
      const blockId = forever.ok ? forever.block.blockId : '';
      await customers().unblockSender({ requestId: newRequest(), blockId, by: csr });
      expect(await customers().blocked({ channel, sender })).toBeNull();
      expect(JSON.stringify(await BlockedSenderModel.find({}).lean())).not.toMatch(
        /5550133|spam@example|dl_abcdefgh|1aB/,
      );
    },
  );

  it('is named rightly, with a reason, by a CSR', async () => {
    const block = {
      requestId: newRequest(),
      channel: 'sms' as const,
      sender: '+15105550133',
      reason: 'Spam',
      by: csr,
    };
    const refused = async (change: object) => customers().blockSender({ ...block, ...change });
    expect(await refused({ by: customer })).toMatchObject({ reason: 'notAllowed' });
    expect(await refused({ sender: 'me' })).toMatchObject({ reason: 'badSender' });
    expect(await refused({ reason: ' ' })).toMatchObject({ reason: 'noReason' });
    expect(await refused({ until: new Date('2020-01-01') })).toMatchObject({ reason: 'badUntil' });
    expect(await BlockedSenderModel.countDocuments({})).toBe(0);
  });
});

/** A store whose process dies after it has done one thing. */
const dyingIn = <Part extends object>(part: Part, write: string): Part =>
  new Proxy(part, {
    get: (target, name) => {
      const verb = target[name as keyof Part] as (...args: unknown[]) => unknown;
      return async (...args: unknown[]) => {
        const result = await verb.apply(target, args);
        if (name === write) throw new Error('died');
        return result;
      };
    },
  });

describe('two records of one customer', () => {
  const request = () => ({ requestId: newRequest(), keepAccountId: maria, doubleAccountId: other, by: lead });
  const accountsOf = async () =>
    Object.fromEntries(
      (await customersNow()).map(({ _id, accountIds, mergedInto }) => [
        _id,
        { accountIds, mergedInto: mergedInto ?? null },
      ]),
    );

  it('become one, once, and two again exactly as they were', async () => {
    const as = await accountsOf();
    const same = request();
    const answers = await Promise.all(Array.from({ length: 20 }, () => customers().merge(same)));
    expect(answers.filter(({ ok }) => ok)).toHaveLength(20);
    expect(await CustomerModel.ofAccount(other)).toMatchObject({
      name: 'Maria Okafor',
      accountIds: [maria, other],
    });
    expect(await customers().refundHeldUntil(other)).toBe('2026-12-03');
    const double = before.find(({ accountIds }) => accountIds.includes(other));
    expect(sent()).toEqual(
      expect.arrayContaining([
        `contactChanged ${double?.phone ?? double?.email}`,
        'contactAdded +15105550101',
      ]),
    );
    const undo = { requestId: newRequest(), mergeId: same.requestId, by: lead };
    const undone = await Promise.all(Array.from({ length: 20 }, () => customers().undoMerge(undo)));
    expect(undone.filter(({ ok }) => ok).length).toBe(20);
    expect(await accountsOf()).toEqual(as);
    expect(
      (await AuditEntryModel.find({ accountId: other }).lean()).map(({ action }) => action).sort(),
    ).toEqual(['customer.mergeUndone', 'customer.merged']);
  });

  it('do not swallow each other when they are merged both ways at the same instant', async () => {
    const there = request();
    const back = { ...request(), keepAccountId: other, doubleAccountId: maria };
    await Promise.all([customers().merge(there), customers().merge(back)]);
    for (const accountId of [maria, other]) expect(await CustomerModel.ofAccount(accountId)).not.toBeNull();
    const owners = await Promise.all([maria, other].map((id) => CustomerModel.ofAccount(id)));
    expect(owners[0]?._id).toBe(owners[1]?._id);
  });

  it.each(['begin', 'plan', 'takeOver', 'mergeInto', 'end'])(
    'are merged by the follow-up when the process died after `%s`',
    async (write) => {
      const deps = district.customersDeps;
      const followUps = { handle() {}, schedule: deps.followUps.schedule };
      const [merges, store_] = [dyingIn(deps.merges, write), dyingIn(deps.customers as object, write)];
      const dying = createCustomersService({ ...deps, followUps, merges, customers: store_ as never });
      const same = request();
      await expect(dying.merge(same)).rejects.toThrow('died');
      // The listeners and handlers of the dead process are gone with it.
      createCustomersService(deps);
      district.clock.pass(2);
      while ((await district.followUps.runDue()) > 0);
      expect(await CustomerModel.ofAccount(other)).toMatchObject({ accountIds: [maria, other] });
      expect(await CustomerMergeModel.findById(same.requestId).lean()).toMatchObject({
        status: 'merged',
        open: false,
      });
      expect(
        await AuditEntryModel.find({ accountId: other, action: 'customer.merged' }).lean(),
      ).toMatchObject([{ actor: lead.id }]);
    },
  );

  it.each(['beginUndo', 'unmerge', 'giveUp', 'end'])(
    'are two again by the follow-up when the process that undid it died after `%s`',
    async (write) => {
      const deps = district.customersDeps;
      const as = await accountsOf();
      const same = request();
      expect(await customers().merge(same)).toMatchObject({ ok: true });
      const followUps = { handle() {}, schedule: deps.followUps.schedule };
      const [merges, store_] = [deps.merges, deps.customers as object].map((part) => dyingIn(part, write));
      const dying = createCustomersService({
        ...deps,
        followUps,
        merges: merges as never,
        customers: store_ as never,
      });
      const undo = { requestId: newRequest(), mergeId: same.requestId, by: supervisor };
      await expect(dying.undoMerge(undo)).rejects.toThrow('died');
      createCustomersService(deps);
      district.clock.pass(2);
      while ((await district.followUps.runDue()) > 0);
      expect(await accountsOf()).toEqual(as);
      expect(
        await AuditEntryModel.find({ accountId: other, action: 'customer.mergeUndone' }).lean(),
      ).toMatchObject([{ actor: supervisor.id }]);
    },
  );

  it('are left alone for bad reasons', async () => {
    expect(await customers().merge({ ...request(), by: csr })).toMatchObject({ reason: 'notAllowed' });
    expect(await customers().merge({ ...request(), doubleAccountId: maria })).toMatchObject({
      reason: 'sameCustomer',
    });
    expect(await customers().merge({ ...request(), doubleAccountId: 'nobody' })).toMatchObject({
      reason: 'noCustomer',
    });
    const elsewhere = createCustomersService({ ...district.customersDeps, customers: null });
    expect(await elsewhere.merge(request())).toMatchObject({ reason: 'heldElsewhere' });
    expect(await customersNow()).toEqual(before);
    const undo = { requestId: newRequest(), mergeId: 'none', by: lead };
    expect(await customers().undoMerge(undo)).toMatchObject({ reason: 'notThere' });
  });
});

describe('the audit log', () => {
  type Verbs = [action: string, verb: () => Promise<unknown>][];
  const verbs: Verbs = [
    ['account.looked', () => customers().contactsOf(asked(maria, csr))],
    ['account.looked', () => customers().serviceAddressOf(asked(maria, csr))],
    ['account.looked', () => customers().authorisedOf(asked(maria, csr))],
    ['account.authorisationChecked', () => customers().mayAsk({ ...asked(maria, csr), name: 'Ann Lee' })],
    [
      'customer.contactsChanged',
      () => customers().changeContacts({ ...asked(), contacts: { email: 'a@b.org' } }),
    ],
    [
      'customer.contactsChanged',
      () => customers().changeName({ ...asked(maria, csr), name: 'Ann Lee', seen: 'passport' }),
    ],
    ['account.personAuthorised', () => customers().addAuthorised({ ...asked(), name: 'Ann Lee' })],
    ['account.pinChanged', () => customers().changePin({ ...asked(), pin: '7305' })],
    [
      'account.addressProtected',
      () => customers().protectAddress({ ...asked(maria, lead), address: 'PO Box 846, Sacramento' }),
    ],
    [
      'customer.merged',
      () =>
        customers().merge({
          requestId: newRequest(),
          keepAccountId: other,
          doubleAccountId: maria,
          by: lead,
        }),
    ],
    [
      'verification.passed',
      () =>
        district.verification.checkPin({
          requestId: newRequest(),
          conversationId: 'audit',
          accountNumber: '10023414',
          zip: '94538',
          pin: '7305',
        }),
    ],
    [
      'verification.matched',
      () =>
        district.verification.checkAccount({
          requestId: newRequest(),
          conversationId: 'audit',
          accountNumber: '10023414',
          zip: '94538',
        }),
    ],
    [
      'serviceOrder.booked',
      () =>
        district.serviceOrders.stop({
          requestId: newRequest(),
          accountId: maria,
          lastDay: '2026-12-03',
          forwardingAddress: '9 Elm St, Reno NV 89501',
          conversationId: 'audit',
        }),
    ],
  ];

  it.each(verbs)('has %s, without a secret, and supervisors read it page by page', async (action, verb) => {
    await verb();
    const actions = (await AuditEntryModel.find({ accountId: maria }).lean()).map((entry) => entry.action);
    expect(actions).toContain(action);
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const page = await district.audit.ofAccount({ ...asked(maria, supervisor), cursor, limit: 1 });
      if (!page.ok) throw new Error('a page');
      seen.push(...page.entries.map((entry) => entry.action));
      expect(JSON.stringify(page)).not.toMatch(/7305|4821|10023414|5550101|okafor|a@b\.org|"sealed"/i);
      cursor = page.cursor;
    } while (cursor !== null && seen.length < 20);
    // Reading is noted after it was read, at the same instant of the clock that stands still here.
    expect(seen.filter((one) => one !== 'audit.read')).toEqual(expect.arrayContaining(actions.slice(0, 1)));
  });

  it('is read by supervisors alone', async () => {
    for (const by of [customer, csr, lead])
      expect(await district.audit.ofAccount(asked(maria, by))).toEqual({ ok: false, reason: 'notAllowed' });
    const bad = { ...asked(maria, supervisor), cursor: 'nonsense' };
    expect(await district.audit.ofAccount(bad)).toEqual({ ok: false, reason: 'badCursor' });
  });
});
