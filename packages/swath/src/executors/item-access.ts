import type { SourceAccess, TablePart } from "../protocol/messages.ts";
import { arrayOfView } from "../shared/shared-array.ts";
import { sharedItems } from "../shared/shared-items.ts";
import { tableRows } from "../table/table-rows.ts";

/** Items that are made when the loop asks for them. */
export interface ItemMaker {
  item(index: number): unknown;
}

/**
 * How a loop has the items of a chunk, from what came with the chunk and the index of its first
 * item; undefined for sources that a loop reads by itself.
 */
export function itemMaker(
  access: SourceAccess,
): ((payload: unknown, first: number) => ItemMaker) | undefined {
  switch (access.kind) {
    case "shared": {
      const items = sharedItems(access, arrayOfView);
      return () => items;
    }
    case "table": {
      const rowsOf = tableRows(access.columns);
      return (payload, first) => rowsOf(payload as TablePart | undefined, first);
    }
    case "payload":
    case "range":
    case "view":
    case "opened":
      return undefined;
    default:
      return access satisfies never;
  }
}
