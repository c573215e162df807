import { Badge, Button, Checkbox, Field, Input, makeStyles, tokens } from '@fluentui/react-components';
import { type FormEvent, useRef, useState } from 'react';
import { ApiError, messageOf } from '../../../call.ts';
import { announce } from '../../../live/announce.tsx';
import type { Task } from '../../../types.ts';
import { sentence } from '../../../words.ts';
import { completeTask, patchTask } from '../api/task.ts';

const useStyles = makeStyles({
  form: { display: 'grid', gap: '14px' },
  kind: { margin: 0, fontWeight: 600 },
  field: { display: 'grid', gap: '4px' },
  marks: { display: 'flex', gap: '6px', flexWrap: 'wrap', alignItems: 'center', minHeight: '20px' },
  source: { fontSize: tokens.fontSizeBase200, color: tokens.colorNeutralForeground2 },
  actions: { display: 'flex', gap: '8px', flexWrap: 'wrap' },
});

type Props = { id: string; task: Task; editable: boolean; onChanged(): void };
type Edit = { text?: string; verified?: boolean };
const sources = { customer: 'from the customer', csr: 'from a CSR', records: 'from the records' };

/** What the bot had filled in; the CSR corrects it, completes it, or hands it back as it then stands. */
export function TaskForm({ id, task, editable, onChanged }: Props) {
  const styles = useStyles();
  const [edits, setEdits] = useState<Record<string, Edit>>({});
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<{ text: string; field?: string }>({ text: '' });
  /** The same until there is an answer: a task is not completed twice because the first answer was lost. */
  const completing = useRef('');
  const names = [...new Set([...task.known, ...Object.keys(task.fields), ...(task.open ? [task.open] : [])])];
  const changed = Object.keys(edits).length > 0;
  const edit = (name: string, next: Edit) =>
    setEdits((all) => ({ ...all, [name]: { ...all[name], ...next } }));

  async function run(work: () => Promise<unknown>, done: string) {
    if (busy) return;
    setBusy(true);
    setFailure({ text: '' });
    try {
      await work();
      completing.current = '';
      setEdits({});
      announce(done);
      onChanged();
    } catch (error) {
      if (error instanceof ApiError && error.code === 'badField')
        setFailure({ text: String(error.body.why), field: String(error.body.field) });
      else setFailure({ text: messageOf(error) });
      if (error instanceof ApiError && error.status >= 400 && error.status < 500) completing.current = '';
    } finally {
      setBusy(false);
    }
  }
  function save(event: FormEvent) {
    event.preventDefault();
    const fields = Object.fromEntries(
      Object.entries(edits).map(([name, { text, verified }]) => {
        const value = text === undefined ? (task.fields[name]?.value ?? null) : text.trim() || null;
        return [name, { value, ...(verified === undefined ? {} : { verified }) }];
      }),
    );
    if (changed) void run(() => patchTask(id, fields), 'The task is saved');
  }

  return (
    <form className={styles.form} onSubmit={save}>
      <p className={styles.kind}>{sentence(task.kind)}</p>
      {names.map((name) => {
        const field = task.fields[name];
        const isText = isEditable(field?.value);
        return (
          <div className={styles.field} key={name}>
            <Field
              label={sentence(name)}
              {...(failure.field === name
                ? { validationState: 'error', validationMessage: failure.text }
                : {})}
            >
              <Input
                readOnly={!editable || !isText}
                appearance={editable && isText ? 'outline' : 'filled-darker'}
                value={edits[name]?.text ?? asText(field?.value)}
                placeholder={name === task.open ? 'The open question' : 'Not known'}
                onChange={(_, data) => edit(name, { text: data.value })}
              />
            </Field>
            <div className={styles.marks}>
              {field && <span className={styles.source}>{sources[field.source]}</span>}
              {(field?.failed ?? 0) > 0 && (
                <Badge size="small" color="warning" appearance="tint">
                  failed {field?.failed}×
                </Badge>
              )}
              {name === task.open && (
                <Badge size="small" color="informative" appearance="tint">
                  open question
                </Badge>
              )}
              {editable && field ? (
                <Checkbox
                  size="medium"
                  label={`Verified`}
                  aria-label={`${sentence(name)} is verified`}
                  checked={edits[name]?.verified ?? field.verified ?? false}
                  onChange={(_, data) => edit(name, { verified: data.checked === true })}
                />
              ) : (
                field?.verified && (
                  <Badge size="small" color="success" appearance="tint">
                    verified
                  </Badge>
                )
              )}
            </div>
          </div>
        );
      })}
      {names.length === 0 && <p>Nothing is known yet.</p>}
      <div role="alert">{failure.field ? '' : failure.text}</div>
      {editable && (
        <div className={styles.actions}>
          <Button type="submit" disabledFocusable={!changed || busy}>
            Save changes
          </Button>
          {task.completable && (
            <Button
              appearance="primary"
              disabledFocusable={changed || busy}
              onClick={() => {
                completing.current ||= crypto.randomUUID();
                void run(() => completeTask(id, completing.current), 'The task is completed');
              }}
            >
              Complete the task
            </Button>
          )}
        </div>
      )}
    </form>
  );
}

const isEditable = (value: unknown) => value === null || typeof value !== 'object';
const asText = (value: unknown): string =>
  value === undefined || value === null ? '' : isEditable(value) ? String(value) : describe(value as object);
const describe = (value: object): string =>
  Object.values(value)
    .filter((part) => part !== null && typeof part !== 'object')
    .join(', ');
