import type { PropsWithChildren } from 'hono/jsx'

interface FieldProps {
  readonly name: string
  readonly label: string
  readonly hint?: string | undefined
}

/** A text field with its label. */
export function TextField({
  name,
  label,
  hint,
  ...rest
}: FieldProps & {
  readonly value: string
  readonly maxlength?: number
  readonly pattern?: string
  readonly inputmode?: 'numeric'
}) {
  return (
    <Labelled {...{ name, label, hint }}>
      <input id={name} name={name} required autocomplete="off" aria-describedby={hint && `${name}-hint`} {...rest} />
    </Labelled>
  )
}

/** A choice of a few, with its label. */
export function ChoiceField({
  name,
  label,
  value,
  choices,
}: FieldProps & { readonly value: string; readonly choices: readonly (readonly [value: string, words: string])[] }) {
  return (
    <Labelled {...{ name, label }}>
      <select id={name} name={name} required>
        {choices.map(([each, words]) => (
          <option value={each} selected={each === value}>
            {words}
          </option>
        ))}
      </select>
    </Labelled>
  )
}

function Labelled({ name, label, hint, children }: PropsWithChildren<FieldProps>) {
  return (
    <div class="field">
      <label for={name}>{label}</label>
      {children}
      {hint && (
        <span class="hint" id={`${name}-hint`}>
          {hint}
        </span>
      )}
    </div>
  )
}

/** Says that the API did not take what was typed. */
export function InputRefusal({ text }: { readonly text: string | undefined }) {
  if (text === undefined) return null
  return (
    <div class="note bad" role="alert">
      <p>This was not accepted: {text}.</p>
    </div>
  )
}
