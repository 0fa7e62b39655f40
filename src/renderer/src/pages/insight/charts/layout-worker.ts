import { layOut } from './graph-layout';
import type { GraphToLayOut } from './graph-layout';

/** Lays graphs out beside the window: a large one takes as long as several frames. */
self.onmessage = ({ data }: MessageEvent<{ id: number; graph: GraphToLayOut }>) => {
  self.postMessage({ id: data.id, laidOut: layOut(data.graph) });
};
