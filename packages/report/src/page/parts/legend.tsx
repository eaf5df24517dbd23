/** Names for colours; each has a pattern of its own too. */
export function Legend(props: { readonly entries: readonly (readonly [string, string])[] }) {
  return (
    <ul class="legend">
      {props.entries.map(([key, label]) => (
        <li key={key}>
          <span class={`swatch fill-${key}`} />
          {label}
        </li>
      ))}
    </ul>
  );
}
