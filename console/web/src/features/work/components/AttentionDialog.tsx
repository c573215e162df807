import {
  Button,
  Dialog,
  DialogActions,
  DialogBody,
  DialogContent,
  DialogSurface,
  DialogTitle,
  Input,
  makeStyles,
  tokens,
} from '@fluentui/react-components';
import { useState } from 'react';
import { messageOf } from '../../../call.ts';
import type { AttentionItem } from '../../../types.ts';
import { lookedAt } from '../api/work.ts';
import { caseName, crewName, whyName } from '../words.ts';

const useStyles = makeStyles({
  list: { listStyle: 'none', margin: 0, padding: 0, display: 'grid', gap: '18px' },
  small: { color: tokens.colorNeutralForeground2, overflowWrap: 'anywhere' },
  done: { display: 'flex', gap: '8px', marginTop: '6px', '& > :first-child': { flexGrow: 1, minWidth: 0 } },
});

/** Orders, crews' work and cases that stand still until a person looks at them. */
export function AttentionDialog(props: { items: AttentionItem[]; onDone(): Promise<void>; onClose(): void }) {
  const { items, onDone, onClose } = props;
  const styles = useStyles();
  return (
    <Dialog open onOpenChange={(_, data) => !data.open && onClose()}>
      <DialogSurface aria-describedby={undefined}>
        <DialogBody>
          <DialogTitle>Needs a person</DialogTitle>
          <DialogContent>
            {items.length === 0 ? (
              <p>Nothing stands still.</p>
            ) : (
              <ul className={styles.list}>
                {items.map((item) => (
                  <Item key={item.number} item={item} onDone={onDone} />
                ))}
              </ul>
            )}
          </DialogContent>
          <DialogActions>
            <Button onClick={onClose}>Close</Button>
          </DialogActions>
        </DialogBody>
      </DialogSurface>
    </Dialog>
  );
}

function Item({ item, onDone }: { item: AttentionItem; onDone(): Promise<void> }) {
  const styles = useStyles();
  const [note, setNote] = useState('');
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState('');
  async function submit() {
    if (busy || note.trim() === '') return;
    setBusy(true);
    try {
      await lookedAt(item.number, note);
      await onDone();
    } catch (error) {
      setFailure(messageOf(error));
    }
    setBusy(false);
  }
  return (
    <li>
      <strong>{nameOf(item)}</strong> <span className={styles.small}>{item.number}</span>
      {item.why.map((why) => (
        <div key={why}>{whyName(why)}</div>
      ))}
      {item.said && <div className={styles.small}>“{item.said}”</div>}
      <form
        className={styles.done}
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        <Input
          aria-label={`What was done about ${item.number}`}
          placeholder="What was done"
          maxLength={1000}
          value={note}
          onChange={(_, { value }) => setNote(value)}
        />
        <Button type="submit" disabledFocusable={busy || note.trim() === ''}>
          Done
        </Button>
      </form>
      <div role="alert">{failure}</div>
    </li>
  );
}

function nameOf({ number, what }: AttentionItem): string {
  if (number.startsWith('SO-')) return what === 'start' ? 'Start of service' : 'Stop of service';
  return number.startsWith('FO-') ? crewName(what) : caseName(what);
}
