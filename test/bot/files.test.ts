import { randomBytes } from 'node:crypto';
import type { App } from '../../bot/app.ts';
import { startApp } from '../support/app.ts';
import { Customer } from '../support/customer.ts';

let app: App;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.stop());

/** A PNG by its first chunks, of several GridFS chunks. */
const picture = new Uint8Array([
  ...Buffer.from('89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489', 'hex'),
  ...Buffer.from('000927c049444154', 'hex'), // 600,000 bytes of picture follow
  ...randomBytes(600_000),
]);

describe('a picture that a customer sends', () => {
  it('is kept whole and comes back as a download to its own conversation', async () => {
    const customer = await Customer.open(app.url);
    const id = await customer.upload('meter.png', 'image/png', picture);
    const sent = (await customer.shown()).find((activity) => activity.id === id);
    const [attachment] = sent?.attachments ?? [];
    expect(attachment).toMatchObject({ name: 'meter.png', contentType: 'image/png' });
    const response = await fetch(attachment?.contentUrl ?? '');
    expect(response.headers.get('content-disposition')).toMatch(/^attachment/);
    expect(Buffer.from(await response.arrayBuffer()).equals(Buffer.from(picture))).toBe(true);
  });

  it('is no misunderstanding where it comes without words: the bot asks what it is about', async () => {
    const customer = await Customer.open(app.url);
    const [asked] = await customer.repliesTo(await customer.upload('meter.png', 'image/png', picture));
    expect(asked?.text).toMatch(/have your file.*What is it about/);
    await customer.verify('stop my water service');
    const [again] = await customer.repliesTo(await customer.upload('meter.png', 'image/png', picture));
    expect(again?.text).toMatch(/have your file.*write your answer/);
    expect((await customer.shown()).at(-1)?.text).toMatch(/On which day/);
  });

  it('is not to be had without the link that is signed for it', async () => {
    const customer = await Customer.open(app.url);
    const id = await customer.upload('leak.png', 'image/png', picture);
    const sent = (await customer.shown()).find((activity) => activity.id === id);
    const url = new URL(sent?.attachments?.[0]?.contentUrl ?? '');
    expect((await fetch(`${url.origin}${url.pathname}`)).status).toBe(403);
    const other = await Customer.open(app.url);
    const elsewhere = url.href.replace(customer.conversationId, other.conversationId);
    expect((await fetch(elsewhere)).status).toBe(403);
  });

  it('is refused where it is a program, whatever its name says', async () => {
    const customer = await Customer.open(app.url);
    const program = new Uint8Array([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, ...randomBytes(100)]);
    await expect(customer.upload('photo.png', 'image/png', program)).rejects.toThrow(/415/);
  });
});
