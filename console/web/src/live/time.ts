import { useEffect, useState } from 'react';
import { useLiveState } from './liveContext.tsx';

/** District time now, renewed every quarter of a minute. */
export function useDistrictNow(): number {
  const { offsetMs } = useLiveState();
  const [machineNow, setMachineNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setMachineNow(Date.now()), 15_000);
    return () => clearInterval(timer);
  }, []);
  return machineNow + offsetMs;
}

/** "4 min", "1 h 05": short enough for a list, never negative. */
export function waited(since: string, now: number): string {
  const minutes = Math.max(0, Math.floor((now - Date.parse(since)) / 60_000));
  if (minutes < 1) return 'just now';
  if (minutes < 60) return `${minutes} min`;
  if (minutes < 24 * 60) return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, '0')}`;
  return `${Math.floor(minutes / 1440)} d`;
}

let timeZone: string | undefined;
/** Times are shown as the District's clocks have them, wherever the CSR sits. */
export function keepTimeZone(zone: string): void {
  timeZone = zone;
}
export const clockTime = (at: string): string =>
  new Date(at).toLocaleTimeString(undefined, { hour: 'numeric', minute: '2-digit', timeZone });
export const dayOf = (at: string): string =>
  new Date(at).toLocaleDateString(undefined, { weekday: 'long', month: 'long', day: 'numeric', timeZone });

/** "Wed, Nov 25": a day of the District's calendar, or the day of an instant. */
export function calendarDay(at: string): string {
  const isDay = /^\d{4}-\d\d-\d\d$/.test(at);
  return new Date(isDay ? `${at}T12:00:00Z` : at).toLocaleDateString(undefined, {
    weekday: 'short',
    month: 'short',
    day: 'numeric',
    timeZone: isDay ? 'UTC' : timeZone,
  });
}
