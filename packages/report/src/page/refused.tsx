/** What is shown in place of a record that cannot be. */
export function Refused({ text }: { readonly text: string }) {
  return (
    <main class="refused">
      <h1>No report</h1>
      <p role="alert">{text}.</p>
      <p>The file may be damaged, or made by a newer swath.</p>
    </main>
  );
}
