import { createDistrictClock } from '../../services/clock.ts';

/** The one offset that two processes share. */
function sharedOffset() {
  let offset: number | null = null;
  return {
    async offsetOrBegin(ms: number) {
      offset ??= ms;
      return offset;
    },
    async moveBy(ms: number) {
      if (offset !== null) offset += ms;
      return offset;
    },
  };
}

const timeZone = 'America/Los_Angeles';
const machine = new Date('2026-11-23T18:00:00Z');
const now = () => machine;

describe('District time', () => {
  it('is machine time until someone moves it, then the same in every process', async () => {
    const store = sharedOffset();
    const [one, other] = [
      createDistrictClock({ store, timeZone, now }),
      createDistrictClock({ store, timeZone, now }),
    ];
    await one.refresh();
    await other.refresh();
    expect(one.now()).toEqual(machine);
    expect(await one.advance('PT36H')).toEqual(new Date('2026-11-25T06:00:00Z'));
    await other.refresh();
    expect(other.now()).toEqual(one.now());
    expect(other.today()).toBe('2026-11-24');
    expect(other.localTime()).toEqual({ day: '2026-11-24', time: '22:00' });
  });

  it('begins where CLOCK says at the first start, and at no later one', async () => {
    const store = sharedOffset();
    const first = createDistrictClock({ store, timeZone, now, start: new Date('2027-01-04T17:00:00Z') });
    await first.refresh();
    expect(first.today()).toBe('2027-01-04');
    const second = createDistrictClock({ store, timeZone, now, start: new Date('2030-01-01T00:00:00Z') });
    await second.refresh();
    expect(second.now()).toEqual(first.now());
  });

  it('is not told before it is known', () => {
    expect(() => createDistrictClock({ store: sharedOffset(), timeZone }).now()).toThrow(
      expect.objectContaining({ code: 'clock.notStarted' }),
    );
  });

  it.each([
    ['P1W', 604_800],
    ['P2DT3H4M5S', 183_845],
    ['PT90S', 90],
  ])('moves forward by %s', async (duration, seconds) => {
    const clock = createDistrictClock({ store: sharedOffset(), timeZone, now });
    await clock.refresh();
    expect((await clock.advance(duration)).getTime() - machine.getTime()).toBe(seconds * 1000);
  });

  it.each(['', 'P', 'PT', 'P1M', '-PT1H', 'P1Y', '36H', 'PT1.5H', 'P9999W'])(
    'is not moved by "%s"',
    async (duration) => {
      const clock = createDistrictClock({ store: sharedOffset(), timeZone, now });
      await clock.refresh();
      await expect(clock.advance(duration)).rejects.toThrow(
        expect.objectContaining({ code: 'clock.badDuration' }),
      );
      expect(clock.now()).toEqual(machine);
    },
  );
});
