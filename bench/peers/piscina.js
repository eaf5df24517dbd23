// Found from here: the peers have packages of their own.
export { Piscina } from "piscina";
