import { Button, makeStyles, tokens } from '@fluentui/react-components';
import { ArrowDownRegular } from '@fluentui/react-icons';
import { Fragment, useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react';
import { announce } from '../../../live/announce.tsx';
import { dayOf } from '../../../live/time.ts';
import type { Entry } from '../../../types.ts';
import { isShown, lookOf } from './looks.tsx';

const useStyles = makeStyles({
  frame: { position: 'relative', flexGrow: 1, minHeight: 0, display: 'flex' },
  scroll: { overflowY: 'auto', flexGrow: 1, ':focus-visible': { outlineOffset: '-2px' } },
  list: {
    listStyle: 'none',
    margin: 0,
    padding: '16px 20px',
    display: 'flex',
    flexDirection: 'column',
    gap: '10px',
    minHeight: '100%',
    boxSizing: 'border-box',
    justifyContent: 'flex-end',
  },
  day: {
    alignSelf: 'center',
    fontSize: tokens.fontSizeBase200,
    fontWeight: 600,
    color: tokens.colorNeutralForeground2,
    padding: '6px 0',
  },
  typing: { color: tokens.colorNeutralForeground2, fontStyle: 'italic', padding: '0 4px' },
  more: { position: 'absolute', bottom: '10px', left: '50%', transform: 'translateX(-50%)' },
});

/** Who said what, when. It stays at its end as lines come in, unless the CSR has scrolled up to read. */
export function Transcript({
  entries,
  customer,
  typing,
}: {
  entries: Entry[];
  customer: string;
  typing: string | null;
}) {
  const styles = useStyles();
  const scroll = useRef<HTMLElement>(null);
  const atEnd = useRef(true);
  const [unseen, setUnseen] = useState(false);
  const count = useRef(0);
  const toEnd = useCallback(() => scroll.current?.scrollTo({ top: scroll.current.scrollHeight }), []);

  useLayoutEffect(() => {
    void typing;
    if (atEnd.current) toEnd();
    else if (entries.length > count.current) setUnseen(true);
  }, [entries, typing, toEnd]);
  useEffect(() => {
    const fresh = count.current === 0 ? [] : entries.slice(count.current);
    count.current = entries.length;
    const said = fresh.filter(({ from, kind }) => from === 'customer' && kind === 'message');
    if (said.length > 0) announce(`${customer}: ${said.map(({ text }) => text).join('. ')}`);
  }, [entries, customer]);

  let day = '';
  return (
    <div className={styles.frame}>
      <section
        ref={scroll}
        className={styles.scroll}
        aria-label="Transcript"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        tabIndex={0}
        onScroll={({ currentTarget: { scrollTop, scrollHeight, clientHeight } }) => {
          atEnd.current = scrollHeight - scrollTop - clientHeight < 40;
          if (atEnd.current) setUnseen(false);
        }}
      >
        <ol className={styles.list}>
          {entries.filter(isShown).map((entry) => {
            const Look = lookOf(entry);
            const begins = dayOf(entry.at);
            const heading = begins !== day;
            day = begins;
            return (
              <Fragment key={entry.seq}>
                {heading && <li className={styles.day}>{begins}</li>}
                <Look entry={entry} customer={customer} />
              </Fragment>
            );
          })}
          {typing && <li className={styles.typing}>{customer} is typing…</li>}
        </ol>
      </section>
      {unseen && (
        <Button
          className={styles.more}
          shape="circular"
          size="small"
          appearance="primary"
          icon={<ArrowDownRegular />}
          onClick={toEnd}
        >
          New messages
        </Button>
      )}
    </div>
  );
}
