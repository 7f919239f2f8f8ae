import { createFirefoxDriver } from './firefox-driver.ts'
import { coreJourneys } from './journeys.ts'

coreJourneys('Firefox', createFirefoxDriver)
