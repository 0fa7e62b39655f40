/// <reference types="vite/client" />
import type { Bridge } from '@shared/contract';

declare global {
  interface Window {
    /** Made by the preload; absent when the page is opened outside EventLoom. */
    eventloom?: Bridge;
  }
}
