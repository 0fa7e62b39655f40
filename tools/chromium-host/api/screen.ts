import { EventEmitter } from 'node:events';
import { loud } from '../loud.ts';

const DISPLAY = {
  id: 1,
  label: 'chromium-host',
  bounds: { x: 0, y: 0, width: 1920, height: 1080 },
  workArea: { x: 0, y: 0, width: 1920, height: 1040 },
  size: { width: 1920, height: 1080 },
  workAreaSize: { width: 1920, height: 1040 },
  scaleFactor: 1,
  rotation: 0,
  internal: true,
};

class HostScreen extends EventEmitter {
  getAllDisplays(): (typeof DISPLAY)[] {
    return [this.getPrimaryDisplay()];
  }

  getPrimaryDisplay(): typeof DISPLAY {
    return structuredClone(DISPLAY);
  }

  getDisplayMatching(): typeof DISPLAY {
    return this.getPrimaryDisplay();
  }

  getDisplayNearestPoint(): typeof DISPLAY {
    return this.getPrimaryDisplay();
  }

  getCursorScreenPoint(): { x: number; y: number } {
    return { x: 0, y: 0 };
  }
}

/** `screen`: one display of 1920 × 1080 with a task bar of 40, always. */
export const screen = loud('screen', new HostScreen());
