import { type Theme, webDarkTheme, webLightTheme } from '@fluentui/react-components';
import { useEffect, useState, useSyncExternalStore } from 'react';

export type ThemeChoice = 'system' | 'light' | 'dark';
const dark = window.matchMedia('(prefers-color-scheme: dark)');
const watchSystem = (changed: () => void) => {
  dark.addEventListener('change', changed);
  return () => dark.removeEventListener('change', changed);
};

/** Light or dark as the machine has it, or as the CSR chose on this machine. */
export function useDeskTheme(): { theme: Theme; choice: ThemeChoice; choose(choice: ThemeChoice): void } {
  const [choice, choose] = useState<ThemeChoice>(
    () => (localStorage.getItem('headgate.theme') as ThemeChoice | null) ?? 'system',
  );
  const systemIsDark = useSyncExternalStore(watchSystem, () => dark.matches);
  useEffect(() => localStorage.setItem('headgate.theme', choice), [choice]);
  const isDark = choice === 'dark' || (choice === 'system' && systemIsDark);
  useEffect(() => {
    document.documentElement.style.colorScheme = isDark ? 'dark' : 'light';
  }, [isDark]);
  return { theme: isDark ? webDarkTheme : webLightTheme, choice, choose };
}
